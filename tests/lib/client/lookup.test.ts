import type { LookupFunction } from 'node:net';
import { expect, test } from 'vitest';
import { sharedLookup } from '@/lib/client/lookup';

test('a name that is slow to resolve is asked for once, however many dial it meanwhile', () => {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const resolve: LookupFunction = (hostname, _options, callback) => {
    asked.push(hostname);
    answers.push(() => callback(null, '10.0.0.1', 4));
  };
  const lookup = sharedLookup(resolve);
  const told: unknown[] = [];
  for (let attempt = 0; attempt < 50; attempt += 1) {
    lookup('slow.example', {}, (error, address) => told.push(error ?? address));
  }
  lookup('other.example', {}, (error, address) => told.push(error ?? address));
  lookup('slow.example', { all: true }, (error, address) => told.push(error ?? address));
  expect(asked).toEqual(['slow.example', 'other.example', 'slow.example']);
  for (const answer of answers.splice(0)) answer();
  expect(told).toHaveLength(52);
  lookup('slow.example', {}, () => undefined);
  expect(asked).toHaveLength(4);
});
