import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runToEnd } from '../support/child';
import { root, startMember, type Member } from '../support/member';
import { removeDir, tempDir } from '../support/temp';
import { nodeClientFacts } from './node-client';

// Real clients, one run against Apache's server and one against ours; what they print must be the same.
let apache: Member;
let ours: Member;
let dir: string;

beforeAll(async () => {
  dir = await tempDir('clients');
  [apache, ours] = await Promise.all([startMember('apache'), startMember('zoodeck')]);
});
afterAll(async () => {
  await Promise.all([apache?.stop(), ours?.stop()]);
  await removeDir(dir);
});

test('the C client', async () => {
  const source = path.join(root, 'tests/interop/c/client.c');
  const binary = path.join(dir, 'client');
  await runToEnd('gcc', ['-Wall', '-O1', '-DTHREADED', '-o', binary, source, '-lzookeeper_mt']);
  const expected = await runToEnd(binary, [apache.address], { timeoutMs: 60_000 });
  const actual = await runToEnd(binary, [ours.address], { timeoutMs: 60_000 });
  expect(expected).not.toContain('FAILED');
  expect(actual).toBe(expected);
});

/** Each line is one command typed into Apache's shell. */
const shellCommands = `
create /cli one
get -s /cli
set -s /cli two
create -s /cli/seq- x
create -e /cli/eph x
create -c /cli/box
ls -s /cli
ls -R /cli
stat /cli/eph
getAcl -s /cli
addauth digest ann:pw
setAcl /cli auth::cdrwa
getAcl -s /cli
whoami
getAllChildrenNumber /cli
getEphemerals
setquota -n 5 /cli
listquota /cli
delquota /cli
sync /cli
get -w /cli
set /cli three
addWatch -m PERSISTENT /cli
create /cli/watched x
removewatches /cli
get /none
create /cli x
delete /cli
set -v 99 /cli x
create -t 1000 /ttl x
deleteall /cli
ls /
close
quit
`.trim();

function isIdLine(line: string | undefined): boolean {
  return /^(ip|digest): /.test(line ?? '');
}

/** The id line that stands at `index` once its run of id lines is sorted. */
function nextId(lines: readonly string[], index: number): string {
  let start = index;
  while (isIdLine(lines[start - 1])) start -= 1;
  let end = index;
  while (isIdLine(lines[end + 1])) end += 1;
  return lines.slice(start, end + 1).sort()[index - start]!;
}

/** Ids and dates differ between two servers; everything else the shell prints must not. */
function comparable(output: string): string {
  return (
    output
      .replace(/0x[0-9a-f]+/g, '0xN')
      .replace(/time = .*/g, 'time = DATE')
      .replace(/127\.0\.0\.1:\d+/g, 'HOST')
      .split('\n')
      .filter((line) => !/^(\d{4}-\d\d-\d\d |SLF4J|JLine)/.test(line))
      // whoami lists a connection's ids in no promised order.
      .map((line, index, all) => (isIdLine(line) ? nextId(all, index) : line))
      .join('\n')
  );
}

/** Another thread prints the events, so their place among the answers is chance; their own order is not. */
function eventsApart(output: string): { answers: string; events: string[] } {
  const lines = output.split('\n').filter((line) => line !== '' && line !== 'WATCHER::');
  const isEvent = (line: string) => line.startsWith('WatchedEvent');
  return { answers: lines.filter((line) => !isEvent(line)).join('\n'), events: lines.filter(isEvent) };
}

async function shell(address: string): Promise<{ answers: string; events: string[] }> {
  const command = `/usr/share/zookeeper/bin/zkCli.sh -server ${address} 2>&1 <<'END'\n${shellCommands}\nEND`;
  // The shell ends with 1 when its last command failed, which some here are meant to.
  const output = await runToEnd('sh', ['-c', `${command}\ntrue`], { timeoutMs: 60_000, cwd: dir });
  return eventsApart(comparable(output));
}

test("Apache's shell", async () => {
  const expected = await shell(apache.address);
  const actual = await shell(ours.address);
  expect(expected.answers).toContain('Created /cli');
  expect(expected.answers).toContain('version No is not valid : /cli');
  expect(expected.events.length).toBeGreaterThan(3);
  expect(actual).toEqual(expected);
});

test('node-zookeeper-client', async () => {
  const expected = await nodeClientFacts(apache.address);
  const actual = await nodeClientFacts(ours.address);
  expect(expected.length).toBeGreaterThan(20);
  expect(actual).toEqual(expected);
});

test('nc: a word in, its answer and the end of the connection out', async () => {
  const ask = (member: Member, word: string) =>
    runToEnd('sh', ['-c', `printf '${word}' | nc -w 5 127.0.0.1 ${member.port}`], { timeoutMs: 20_000 });
  expect(await ask(ours, 'ruok')).toBe('imok');
  // With a newline, as `echo ruok | nc` sends it. Apache's closes with it unread, and the reset may outrun its answer.
  expect(await ask(ours, 'ruok\\n')).toBe('imok');
  expect(await ask(ours, 'srvr\\n')).toMatch(
    /^Zookeeper version: 3\.8\.\d+-.*\n[^]*Mode: standalone\nNode count: \d+\n$/,
  );
});
