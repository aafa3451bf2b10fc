import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aclFaults, diffAcl, idFault, permissionLetters, presets, sameAcl } from '@/lib/api/acl-rules';
import { permissionNames, type AclEntry } from '@/lib/api/common';

const entry = (scheme: string, id: string, ...permissions: AclEntry['permissions']): AclEntry => ({
  scheme,
  id,
  permissions: permissions.length === 0 ? ['READ'] : permissions,
});

describe('what a scheme expects of its id', () => {
  test.each([
    ['world', 'anyone', null],
    ['world', 'everyone', 'worldId'],
    ['auth', '', null],
    ['digest', 'ops:rr9gm7PBFRcr3+cbWNF0jGWnd9c=', null],
    ['digest', 'ops', 'digestShape'],
    ['digest', 'ops:password', 'digestHash'],
    ['digest', ':rr9gm7PBFRcr3+cbWNF0jGWnd9c=', 'digestShape'],
    ['ip', '10.0.0.1', null],
    ['ip', '10.0.0.0/8', null],
    ['ip', '10.0.0.0/33', 'ipBits'],
    ['ip', '10.0.0.256', 'ipAddress'],
    ['ip', '10.0.0', 'ipAddress'],
    ['ip', 'fe80::1', null],
    ['ip', '2001:db8::/32', null],
    ['ip', '1:2:3:4:5:6:7:8:9', 'ipAddress'],
    ['ip', '1::2::3', 'ipAddress'],
    ['ip', '10.0.0.0/8/8', 'ipBits'],
    ['sasl', 'kafka/broker@EXAMPLE.COM', null],
    ['sasl', ' ', 'saslEmpty'],
    ['x509', 'CN=ops,O=Example', null],
    ['x509', '', 'x509Empty'],
    ['custom', 'x', null],
    ['custom', '', 'idEmpty'],
    ['', 'x', 'schemeEmpty'],
  ])('%s %j is %s', (scheme, id, fault) => {
    expect(idFault(scheme, id)).toBe(fault);
  });

  test('the second of two equal entries is named a duplicate, and an entry without permissions is refused', () => {
    const acl = [
      entry('world', 'anyone'),
      entry('world', 'anyone', 'WRITE'),
      { ...entry('ip', '::1'), permissions: [] },
    ];
    expect(aclFaults(acl)).toEqual([null, 'duplicate', 'noPermissions']);
  });

  test('every preset is valid', () => {
    for (const acl of Object.values(presets))
      expect(aclFaults(acl).every((fault) => fault === null)).toBe(true);
  });
});

describe('differences', () => {
  const acls = fc.uniqueArray(
    fc.record({
      scheme: fc.constantFrom('world', 'ip', 'sasl'),
      id: fc.constantFrom('a', 'b', 'c'),
      permissions: fc.subarray([...permissionNames]),
    }),
    { selector: (item) => `${item.scheme}:${item.id}` },
  );

  test('a list differs from itself in nothing, in whatever order its permissions are named', () => {
    fc.assert(
      fc.property(acls, (acl) => {
        expect(
          sameAcl(
            acl,
            acl.map((item) => ({ ...item, permissions: item.permissions.toReversed() })),
          ),
        ).toBe(true);
      }),
    );
  });

  test('what stays, goes and comes adds up to both lists', () => {
    fc.assert(
      fc.property(acls, acls, (before, after) => {
        const changes = diffAcl(before, after);
        const count = (...kinds: string[]): number =>
          changes.filter((change) => kinds.includes(change.kind)).length;
        expect(count('same', 'changed', 'removed')).toBe(before.length);
        expect(count('same', 'changed', 'added')).toBe(after.length);
      }),
    );
  });

  test('letters stand in ZooKeeper order', () => {
    expect(permissionLetters(['ADMIN', 'READ', 'WRITE', 'CREATE', 'DELETE'])).toBe('cdrwa');
    expect(permissionLetters(['READ'])).toBe('--r--');
  });
});
