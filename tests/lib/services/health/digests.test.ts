import { expect, test } from 'vitest';
import { compareDigests, hashFromJson, parseHash } from '@/lib/services/health/digests';

// Digests as Apache 3.8.0 and the bundled server print them.
const line = '4lw.commands.whitelist=srvr, mntr, hash';
const word = '100000080: 294578697653\n100000100: 572445111555\n';

test('the word and AdminServer tell the same', () => {
  const json = hashFromJson({
    digests: [
      { zxid: 4294967424, digest: 294578697653, digest_version: 2 },
      { zxid: 4294967552, digest: '572445111555', digest_version: 2 },
    ],
  });
  expect([...parseHash(word)]).toEqual([...json]);
  expect(parseHash('nonsense\n')).toEqual(new Map());
});

test('a digest written as a negative number is the same one', () => {
  expect(parseHash('80: -1').get('0x80')).toBe('18446744073709551615');
});

test('equal digests at equal zxids are told with the newest zxid', () => {
  const members = [
    { member: 'a', log: parseHash(word), up: true },
    { member: 'b', log: parseHash(`${word}100000180: 7\n`), up: true },
  ];
  expect(compareDigests(members, line)).toMatchObject({
    verdict: 'equal',
    compared: 2,
    zxid: '0x100000100',
    enableWith: null,
  });
});

test('another digest at an equal zxid is told with the oldest such zxid and all digests there', () => {
  const parted = '100000080: 1\n100000100: 2\n';
  const members = [
    { member: 'a', log: parseHash(word), up: true },
    { member: 'b', log: parseHash(parted), up: true },
    { member: 'c', log: parseHash(word), up: true },
  ];
  expect(compareDigests(members, line)).toEqual({
    verdict: 'diverged',
    why: null,
    compared: 2,
    zxid: '0x100000080',
    digests: [
      { member: 'a', digest: '294578697653' },
      { member: 'b', digest: '1' },
      { member: 'c', digest: '294578697653' },
    ],
    refusing: [],
    enableWith: null,
  });
});

test.each([
  ['alone', [{ member: 'a', log: parseHash(word), up: true }]],
  [
    'refused',
    [
      { member: 'a', log: parseHash(word), up: true },
      { member: 'b', log: null, up: true },
    ],
  ],
  [
    'none',
    [
      { member: 'a', log: parseHash(word), up: true },
      { member: 'b', log: new Map(), up: true },
    ],
  ],
  [
    'noCommon',
    [
      { member: 'a', log: parseHash(word), up: true },
      { member: 'b', log: parseHash('200000001: 5\n'), up: true },
    ],
  ],
] as const)('what cannot be compared says why: %s', (why, members) => {
  const view = compareDigests(members, line);
  expect(view).toMatchObject({ verdict: 'unknown', why, zxid: null });
  expect(view.enableWith).toBe(why === 'refused' ? line : null);
});

test('a member that is down is not told to change its configuration', () => {
  const members = [
    { member: 'a', log: null, up: false },
    { member: 'b', log: null, up: true },
  ];
  expect(compareDigests(members, line)).toMatchObject({ refusing: ['b'], enableWith: line });
  expect(compareDigests(members.slice(0, 1), line)).toMatchObject({ refusing: [], enableWith: null });
});
