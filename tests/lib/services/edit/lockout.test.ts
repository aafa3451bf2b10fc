import { describe, expect, test } from 'vitest';
import { permissions, type Acl } from '@/lib/protocol/data';
import { digestId } from '@/lib/services/edit/digest';
import { lostUnder, type Identity } from '@/lib/services/edit/lockout';

const both = permissions.ADMIN | permissions.READ;
const entry = (scheme: string, id: string, perms: number = both): Acl => ({ scheme, id, perms });
const me: Identity[] = [
  { scheme: 'digest', id: digestId('ops', 'secret') },
  { scheme: 'ip', id: '10.1.2.3' },
];

describe('what the console would lose', () => {
  test('nothing while some entry gives each permission to one of its identities', () => {
    expect(lostUnder([entry('world', 'anyone')], [])).toEqual([]);
    expect(lostUnder([entry('digest', digestId('ops', 'secret'))], me)).toEqual([]);
    const split = [entry('world', 'anyone', permissions.READ), entry('ip', '10.1.2.3', permissions.ADMIN)];
    expect(lostUnder(split, me)).toEqual([]);
  });

  test('what no entry gives it', () => {
    expect(lostUnder([entry('world', 'anyone', permissions.READ)], me)).toEqual(['ADMIN']);
    expect(lostUnder([entry('digest', digestId('ops', 'other'))], me)).toEqual(['ADMIN', 'READ']);
    expect(lostUnder([entry('world', 'someone')], me)).toEqual(['ADMIN', 'READ']);
  });

  test('auth stands for the identities that say who it is, and not for its address', () => {
    expect(lostUnder([entry('auth', '')], me)).toEqual([]);
    expect(lostUnder([entry('auth', '')], me.slice(1))).toEqual(['ADMIN', 'READ']);
  });

  test.each([
    ['10.1.2.3', true],
    ['10.1.2.4', false],
    ['10.1.0.0/16', true],
    ['10.2.0.0/16', false],
    ['0.0.0.0/0', true],
    ['10.1.2.2/31', true],
    ['10.1.2.2/32', false],
  ])('an address range %s is compared by its bits', (range, allowed) => {
    expect(lostUnder([entry('ip', range)], me)).toEqual(allowed ? [] : ['ADMIN', 'READ']);
  });

  test('an IPv4 address behind an IPv6 socket is the same address', () => {
    expect(lostUnder([entry('ip', '10.1.0.0/16')], [{ scheme: 'ip', id: '::ffff:10.1.2.3' }])).toEqual([]);
  });

  test('nothing for the superuser', () => {
    expect(lostUnder([entry('digest', 'x:y')], [{ scheme: 'super', id: '' }])).toEqual([]);
  });
});

test('a digest is the one ZooKeeper stores', () => {
  // java -cp zookeeper.jar org.apache.zookeeper.server.auth.DigestAuthenticationProvider super:secret
  expect(digestId('super', 'secret')).toBe('super:lK75jTNcA+U9vtVEw5vB51mj/w4=');
});
