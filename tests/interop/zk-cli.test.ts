import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChild } from '../support/child';
import { apacheCliCommand, root, startMember, type Member } from '../support/member';

/**
 * The same lines through zkCli.sh of Apache 3.8.0 and through ours, each on an empty server of its own: what a script
 * reads is the same text. Left out are Apache's greeting, the log of its JVM, watch events (they come when they come), and
 * what its parser of options says instead of a sentence.
 */

const lines = [
  'create /a one',
  'create -s -e /a/x data',
  'create -s /q "a b" world:anyone:r',
  'create -t 5000 /ttl',
  'create -t abc /ttl',
  'create -c -e /x',
  'create /a two',
  'create noslash',
  'create /no/parent x',
  'create /a/ x',
  'create /a//b x',
  'create /a/../b x',
  'create -s /a//b x',
  'create ""',
  'get /a/',
  'get /a//b',
  'set /.. x',
  'ls /a/./b',
  'ls',
  'create',
  'ls /',
  'ls -s /a',
  'ls /a watch',
  'ls -R /',
  'ls -w /a',
  'ls /none',
  'get /a',
  'get -s /a',
  'get /a watch',
  'get -w /none',
  'set /a two',
  'set -s /a three',
  'set -v 1 /a x',
  'set -v 2 /a four',
  'stat /a',
  'stat -w /a',
  'stat /none',
  'stat /a watch',
  'create /del',
  'get /del',
  'delete -v 7 /del',
  'delete /del 0',
  'delete /a',
  'delete /none',
  'create /tree',
  'create /tree/a',
  'create /tree/a/b',
  'deleteall /tree -b 2',
  'deleteall /none',
  'getAcl /a',
  'getAcl -s /a',
  'setAcl /a world:anyone:cdrwa,ip:127.0.0.1:r',
  'getAcl /a',
  'setAcl -s /a world:anyone:cdrwa',
  'setAcl -v 9 /a world:anyone:cdrwa',
  'setAcl -R /a world:anyone:cdrwa',
  'addauth digest u:p',
  'whoami',
  'sync /a',
  'setquota -n 2 /a',
  'setquota -b 100 /a',
  'listquota /a',
  'setquota -N 7 /a',
  'setquota -B 1000 /a',
  'setquota -n 0 /a',
  'setquota -b -2 /a',
  'setquota -b 1 /a',
  'setquota -n 1 /a',
  'setquota -N 1 /a',
  'setquota -b 100 /a',
  'listquota /a',
  'setquota -n 2 /none',
  'delquota -n /a',
  'delquota -B /a',
  'listquota /a',
  'delquota /a',
  'delquota /a',
  'ls -R /zookeeper/quota',
  'getAllChildrenNumber /',
  'getEphemerals /',
  'getEphemerals /a',
  'getEphemerals none',
  'printwatches',
  'printwatches off',
  'addWatch -m PERSISTENT /a',
  'addWatch /a',
  'set /a six',
  'removewatches /none',
  'config',
  'listquota /none',
  'delquota /none',
  'reconfig -remove 1',
  'reconfig',
  'reconfig -add a -members b',
  'reconfig -file a -members b',
  'redo 9',
  'redo 999',
  'close',
  'ls /',
  'connect',
  'ls /a',
  'quit',
];

let members: Member[];

beforeAll(async () => {
  members = [await startMember('zoodeck'), await startMember('zoodeck')];
});
afterAll(async () => {
  for (const member of members) await member.stop();
});

/** Both streams through one pipe, so that their lines keep their order. */
function piped(command: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', 'exec "$@" 2>&1', 'sh', ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.once('error', reject);
    child.once('close', () => resolve(printed));
    child.stdin.end(`${lines.join('\n')}\n`);
  });
}

/** Without events, times, zxids and what only a JVM says. */
function comparable(printed: string): string[] {
  return printed
    .replaceAll(/\nWATCHER::\n\nWatchedEvent .*\n/g, '')
    .replaceAll(/ = (0x[0-9a-f]+|\w{3} \w{3} \d\d .*)$/gm, ' = …')
    .split('\n')
    .filter((line) => !/^(log4j|SLF4J|Connecting to|Welcome to|JLine)/.test(line) && line !== '');
}

test('zkCli prints what zkCli.sh prints, line for line', async () => {
  const apache = await piped(apacheCliCommand(members[0]!.address, []));
  const ours = await piped([path.join(root, 'server/bin/zkCli'), '-server', members[1]!.address]);
  expect(comparable(ours)).toEqual(comparable(apache));
});

/** Of what scripts look at most: done, not there, refused by the server, wrong words, no such command. */
const oneShots = [
  'get /zookeeper',
  'get /none',
  'delete /zookeeper',
  'ls',
  'get -s',
  'create /x/ y',
  'listquota /none',
  'delquota /none',
  'setquota -n 1 /none',
  'getEphemerals',
  'removewatches /zookeeper',
  'version',
  'nonsense',
  'quit',
];

test('a command alone ends with the exit code of zkCli.sh', async () => {
  const codeOf = async ([program, ...args]: [string, ...string[]]): Promise<number | string> =>
    startChild(program, args).exited;
  const codes = async (command: (words: string[]) => [string, ...string[]]): Promise<string[]> => {
    const found: string[] = [];
    for (const line of oneShots) found.push(`${line}: ${await codeOf(command(line.split(' ')))}`);
    return found;
  };
  const [apache, ours] = await Promise.all([
    codes((words) => apacheCliCommand(members[0]!.address, words)),
    codes((words) => [path.join(root, 'server/bin/zkCli'), '-server', members[1]!.address, ...words]),
  ]);
  expect(ours).toEqual(apache);
});
