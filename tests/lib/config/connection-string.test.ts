import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatConnectionString, memberName, parseConnectionString } from '@/lib/base/connection-string';

describe('connection strings', () => {
  test.each([
    ['zk1', [{ host: 'zk1', port: 2181 }], ''],
    [
      ' zk1:2182 , ZK2:2183/app/ ',
      [
        { host: 'zk1', port: 2182 },
        { host: 'zk2', port: 2183 },
      ],
      '/app',
    ],
    ['[2001:db8::1]:2181/a/b', [{ host: '2001:db8::1', port: 2181 }], '/a/b'],
    ['127.0.0.1:2181/', [{ host: '127.0.0.1', port: 2181 }], ''],
  ])('%j is read', (text, members, chroot) => {
    expect(parseConnectionString(text)).toEqual({ members, chroot });
  });

  test.each([
    ['', 'no member is named'],
    ['/app', 'no member is named'],
    ['zk1,', '"" is not host:port'],
    ['zk1:0', '"zk1:0" has port 0, which is not between 1 and 65535'],
    ['zk1:65536', '"zk1:65536" has port 65536, which is not between 1 and 65535'],
    ['user@zk1:2181', '"user@zk1:2181" is not host:port'],
    ['zk1;zk2', '"zk1;zk2" is not host:port'],
    ['zk1:2181,ZK1', 'zk1:2181 is named twice'],
    ['zk1/a//b', 'the chroot "/a//b" holds an empty name (//)'],
    ['zk1/a/../b', 'the chroot "/a/../b" holds a relative name (. or ..)'],
    [
      Array.from({ length: 101 }, (_, index) => `zk${index}`).join(),
      '101 members are named, at most 100 are allowed',
    ],
  ])('%j is refused with its reason', (text, reason) => {
    expect(parseConnectionString(text)).toBe(reason);
  });

  test('what is written reads back the same', () => {
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
    const member = fc.record({
      host: host.map((name) => name.toLowerCase()),
      port: fc.integer({ min: 1, max: 65_535 }),
    });
    const members = fc.uniqueArray(member, { minLength: 1, maxLength: 9, selector: memberName });
    const chroot = fc
      .array(fc.stringMatching(/^[a-z0-9]+$/), { maxLength: 3 })
      .map((names) => names.map((name) => `/${name}`).join(''));
    fc.assert(
      fc.property(members, chroot, (named, below) => {
        const connection = { members: named, chroot: below };
        expect(parseConnectionString(formatConnectionString(connection))).toEqual(connection);
      }),
    );
  });
});
