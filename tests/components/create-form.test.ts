import { describe, expect, test } from 'vitest';
import { targetsFrom, textOf } from '@/components/live/watch-address';
import {
  createFaults,
  emptyForm,
  isValid,
  requestOf,
  targetPath,
} from '@/components/node/dialogs/create-form';

describe('the create form', () => {
  test('asks for a name unless ZooKeeper appends one', () => {
    expect(createFaults('/a', emptyForm).name).toBe('empty');
    expect(createFaults('/a', { ...emptyForm, mode: 'persistentSequential' }).name).toBeNull();
    expect(createFaults('/', { ...emptyForm, name: 'x/../y' }).name).toBe('path');
    expect(targetPath('/', { ...emptyForm, name: 'x' })).toBe('/x');
  });

  test('bounds the TTL as the protocol does, and only where there is one', () => {
    const form = { ...emptyForm, name: 'x', mode: 'persistentWithTtl', ttlUnit: 'milliseconds' } as const;
    expect(createFaults('/', { ...form, ttl: '0' }).ttl).toBe(true);
    expect(createFaults('/', { ...form, ttl: '1e3' }).ttl).toBe(true);
    expect(createFaults('/', { ...form, ttl: String(2 ** 40) }).ttl).toBe(true);
    expect(createFaults('/', { ...form, ttl: String(2 ** 40 - 1) }).ttl).toBe(false);
    expect(createFaults('/', { ...form, ttlUnit: 'days', ttl: '12725' }).ttl).toBe(false);
    expect(createFaults('/', { ...form, ttlUnit: 'days', ttl: '12726' }).ttl).toBe(true);
    expect(createFaults('/', { ...form, mode: 'persistent', ttl: '' }).ttl).toBe(false);
  });

  test('sends a TTL in milliseconds, whatever the unit', () => {
    const form = { ...emptyForm, name: 'x', mode: 'persistentWithTtl', ttl: '90' } as const;
    expect(requestOf('/', { ...form, ttlUnit: 'seconds' }, false).ttlMs).toBe(90_000);
    expect(requestOf('/', { ...form, ttlUnit: 'days' }, false).ttlMs).toBe(90 * 86_400_000);
    expect(requestOf('/', { ...form, mode: 'container' }, false).ttlMs).toBeNull();
  });

  test('sends null, empty and bytes as they are', () => {
    const form = { ...emptyForm, name: 'x' };
    expect(requestOf('/', { ...form, notation: 'null' }, false).data).toBeNull();
    expect(requestOf('/', form, false).data).toBe('');
    expect(requestOf('/', { ...form, notation: 'hex', data: 'ff 00' }, false).data).toBe('/wA=');
    expect(requestOf('/', { ...form, notation: 'base64', data: '/wA=' }, false).data).toBe('/wA=');
    expect(isValid(createFaults('/', { ...form, notation: 'hex', data: 'f' }))).toBe(false);
  });
});

describe('watches in the address', () => {
  test('go there and back, and what is no path is left out', () => {
    const targets = targetsFrom(['/a', 'node:/b', 'nonsense', '/a', '/c/']);
    expect(targets).toEqual([
      { path: '/a', mode: 'subtree' },
      { path: '/b', mode: 'node' },
    ]);
    expect(targetsFrom(targets.map(textOf))).toEqual(targets);
  });
});
