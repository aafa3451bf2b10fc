import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseImport } from '@/lib/services/transfer/parse';

const own = (...lines: unknown[]) => Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n'));
const head = { format: 'zoodeck', version: 1 };
const acl = [{ scheme: 'world', id: 'anyone', permissions: ['READ'] }];
const node = (path: string, data: string | null = 'AAE=') => ({ path, data, acl });
const faultOf = (file: Buffer): string => {
  try {
    parseImport(file);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

test('an own export keeps bytes, null and empty apart, and ACLs', () => {
  const file = own(head, node(''), node('/a', null), node('/b', ''), { end: true, nodes: 3, unreadable: 0 });
  const { format, nodes } = parseImport(file);
  expect(format).toBe('zoodeck');
  expect(nodes.map(({ path, data }) => [path, data?.toString('hex') ?? null])).toEqual([
    ['', '0001'],
    ['/a', null],
    ['/b', ''],
  ]);
  expect(nodes[0]?.acl).toEqual(acl);
});

test('an own export that was cut off, is of another version or twists paths is refused, naming the line', () => {
  expect(faultOf(own(head, node('/a')))).toMatch('its end is missing');
  expect(faultOf(own(head, node('/a'), { end: true, nodes: 2 }))).toMatch('its end is missing');
  expect(faultOf(own({ ...head, version: 2 }, { end: true, nodes: 0 }))).toMatch('in line 1');
  for (const path of ['/a/../b', 'a', '/', '/a//b', '/a\u0000', '/zookeeper/quota']) {
    expect(faultOf(own(head, node(path), { end: true, nodes: 1 })), path).toMatch('in line 2');
  }
  expect(faultOf(own(head, node('/a'), node('/a'), { end: true, nodes: 2 }))).toMatch('is there twice');
  expect(faultOf(own(head, { ...node('/a'), data: '***' }, { end: true, nodes: 1 }))).toMatch('in line 2');
  expect(faultOf(Buffer.from(' \n'))).toMatch('it is empty');
  expect(faultOf(Buffer.from([0xff, 0xfe, 0x00]))).toMatch('it is not UTF-8');
});

// Written after the shape that ZooNavigator's JSON formats declare (JsonCofree, JsonZNodeExport, JsonAcl).
const navigator = [
  {
    h: {
      path: '/prod/app',
      data: 'aGk=',
      acl: [{ id: 'anyone', scheme: 'world', permissions: ['read', 'admin'] }],
    },
    t: [
      {
        h: { path: '/prod/app/a', data: '', acl: [{ id: 'anyone', scheme: 'world', permissions: ['read'] }] },
        t: [],
      },
    ],
  },
];

test('ZooNavigator’s export is read, packed or not; its trees keep their root’s name', () => {
  const text = Buffer.from(JSON.stringify(navigator));
  for (const file of [text, gzipSync(text)]) {
    const { format, nodes } = parseImport(file);
    expect(format).toBe('zoonavigator');
    expect(nodes.map(({ path, data }) => [path, data?.toString()])).toEqual([
      ['/app', 'hi'],
      ['/app/a', ''],
    ]);
    expect(nodes[0]?.acl).toEqual([{ scheme: 'world', id: 'anyone', permissions: ['READ', 'ADMIN'] }]);
  }
  const stray = [{ ...navigator[0], t: [{ h: { ...navigator[0]!.h, path: '/elsewhere' }, t: [] }] }];
  expect(faultOf(Buffer.from(JSON.stringify(stray)))).toMatch('is not below /prod/app');
  expect(faultOf(gzipSync(text).subarray(0, 40))).toMatch('its gzip is damaged');
});

test('zkui’s lines are read: values with =, line ends, deletes; what is no line is named', () => {
  const { format, nodes, deletes } = parseImport(
    Buffer.from('#Export\n/app=url=a=b\\nc\n/=top=\n\n-/app/old\n'),
  );
  expect(format).toBe('zkui');
  expect(nodes.map(({ path, data }) => [path, data?.toString()])).toEqual([
    ['/app/url', 'a=b\nc'],
    ['/top', ''],
  ]);
  expect(nodes[0]?.acl).toBeNull();
  expect(deletes).toEqual(['/app/old']);
  expect(faultOf(Buffer.from('/app=x=1\nnonsense\n'))).toMatch('in line 2');
});
