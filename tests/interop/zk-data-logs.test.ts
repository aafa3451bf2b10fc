import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBigDirectory } from '../support/big-log';
import { runToEnd } from '../support/child';
import { apacheToolCommand, root } from '../support/member';
import { removeDir, tempDir } from '../support/temp';

/** `zkData repair` and `zkData chop`, beside Apache's TxnLogToolkit and LogChopper: the same bytes, and read by them. */

let folder: string;
let log: string;
let bytes: Buffer;

const toolkit = (...args: string[]): Promise<string> =>
  runToEnd(...apacheToolCommand('org.apache.zookeeper.server.persistence.TxnLogToolkit', args));
const chopper = (...args: string[]): Promise<string> =>
  runToEnd(...apacheToolCommand('org.apache.zookeeper.server.util.LogChopper', args));

function zkData(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(path.join(root, 'server/bin/zkData'), args, {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

beforeAll(async () => {
  folder = await tempDir('log-copies');
  await writeBigDirectory(folder, 100_000);
  log = path.join(folder, 'version-2', 'log.1');
  bytes = fs.readFileSync(log);
});
afterAll(async () => {
  await removeDir(folder);
});

/** A copy of the log by that name, with a bit flipped in the payload of these entries. */
function damaged(name: string, entries: readonly number[]): string {
  const copy = Buffer.from(bytes);
  let at = 16;
  for (let index = 0; at < copy.length; index += 1) {
    const length = copy.readInt32BE(at + 8);
    if (entries.includes(index)) copy[at + 12 + length - 2]! ^= 1;
    at += 12 + length + 1;
  }
  const file = path.join(folder, name);
  fs.writeFileSync(file, copy);
  return file;
}

test('a repaired log is what TxnLogToolkit -r makes of it, and reads without a fault', async () => {
  const file = damaged('log.1', [3, 10]);
  const { status, stdout } = zkData('repair', file);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /transaction 0x4 at offset \d+ is mended[^]*0xb at[^]*log\.1\.repaired: \d+ transactions, 2 checksums mended/,
  );
  expect(fs.readFileSync(file).equals(bytes)).toBe(false);
  await toolkit('-r', '-y', file);
  const theirs = fs.readFileSync(`${file}.fixed`);
  const own = fs.readFileSync(`${file}.repaired`);
  expect(own.equals(theirs.subarray(0, own.length))).toBe(true);
  expect(theirs.subarray(own.length).every((byte) => byte === 0)).toBe(true);
  const shown = await toolkit(`${file}.repaired`);
  expect(shown).toMatch(/EOF reached after \d+ txns/);
  expect(shown).not.toMatch(/CRC ERROR/);
});

test('a chopped log is what LogChopper makes of it, and reads without a fault', async () => {
  expect(zkData('chop', log, '0x2a', '--out', path.join(folder, 'own')).status).toBe(0);
  await chopper('42', log, path.join(folder, 'theirs'));
  const [own, theirs] = ['own', 'theirs'].map((name) => fs.readFileSync(path.join(folder, name)));
  expect(own!.equals(theirs!)).toBe(true);
  expect(await toolkit(path.join(folder, 'own'))).toContain('EOF reached after 42 txns');
});

test('nothing is written for a transaction that is not there, over a file that is, or over damage', () => {
  const out = path.join(folder, 'not');
  const absent = zkData('chop', log, '0xfff', '--out', out);
  expect([absent.status, absent.stderr]).toEqual([
    1,
    `${log} holds no transaction 0xfff: nothing is written.\n`,
  ]);
  expect(zkData('chop', damaged('log.3', [3]), '0x9', '--out', out).stderr).toMatch(
    /checksum of transaction 0x4 at offset \d+ does not match/,
  );
  expect(fs.existsSync(out)).toBe(false);
  fs.writeFileSync(out, 'mine');
  expect(zkData('repair', log, '--out', out).status).toBe(2);
  expect(fs.readFileSync(out, 'utf8')).toBe('mine');
  expect(fs.readFileSync(log).equals(bytes)).toBe(true);
});

test('in place the original is kept, under a name that no server reads', () => {
  const file = damaged('log.2', [1]);
  const before = fs.readFileSync(file);
  expect(zkData('repair', '--in-place', file).status).toBe(0);
  expect(fs.readFileSync(path.join(folder, 'before-repaired.log.2')).equals(before)).toBe(true);
  expect(zkData('repair', file, '--out', path.join(folder, 'again')).stdout).toContain(' 0 checksums mended');
  expect(fs.readdirSync(folder)).not.toContain('log.2.repaired');
});
