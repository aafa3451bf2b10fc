import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
  'reconfig -remove 1',
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
  // Apache tells where a quota would be before it finds none, and that a `create` of one began.
  const sayings = /^absolute path is \/zookeeper\/quota\/none/;
  expect(comparable(ours)).toEqual(comparable(apache).filter((line) => !sayings.test(line)));
});
