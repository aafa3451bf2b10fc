import type { Stage } from '../../support/stage';
import { until } from '../../support/wait';
import { createFlags, xids } from '@/lib/protocol/proto';
import { node, scenario } from './scenario';

/** Replaces what two servers cannot share; the shape of each line stays. */
const volatile: readonly (readonly [RegExp, string])[] = [
  [/Zookeeper version: 3\.8\.\d+\S*, built on .*/, 'Zookeeper version: 3.8.x, built on DATE'],
  [/Latency min\/avg\/max: \d+\/\d+\.\d+\/\d+/, 'Latency min/avg/max: I/D/I'],
  [/\/127\.0\.0\.1:\d+/g, '/127.0.0.1:PORT'],
  [/\b(est|lresp|llat|minlat|avglat|maxlat)=\d+/g, '$1=N'],
  [/\blzxid=0x(?!f{16})[0-9a-f]+/g, 'lzxid=ZXID'],
  [/^(Received|Sent): \d+$/gm, '$1: N'],
  [/0x1[0-9a-f]{14}/g, 'SESSION'],
  // Buckets that emptied since the last tick may still be listed, and are counted.
  [/^0 expire at .*:\n/gm, ''],
  [/^((?:Session|Connections) Sets) \(\d+\)/gm, '$1 (B)'],
  [/expire at .*:$/gm, 'expire at DATE:'],
  [/^(Zxid): 0x[0-9a-f]+$/gm, '$1: 0xZXID'],
  [/^((?:datadir|logdir)_size): \d+$/gm, '$1: N'],
  [/^(clientPort|dataDir|dataDirSize|dataLogDir|dataLogSize)=.+$/gm, '$1=VALUE'],
];

/** Runs of lines about connections or paths come out of hash sets: their order is not promised. */
function sortRuns(text: string): string {
  return text.replace(
    /(?:^(?: \/|\t).*\n)+/gm,
    (run) => run.split('\n').sort().join('\n').replace(/^\n/, '') + '\n',
  );
}

function shape(text: string): string {
  return sortRuns(
    volatile.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text),
  );
}

async function show(s: Stage, word: string): Promise<void> {
  s.say(`${word}:\n${shape(await s.word(word))}<end>`);
}

/** The names before the first tab or equals sign, sorted: values differ, what is there must not. */
function keys(text: string, separator: string): string {
  return text
    .split('\n')
    .filter((line) => line.includes(separator))
    .map((line) => line.slice(0, line.indexOf(separator)))
    .sort()
    .join('\n');
}

/** The scenario before this one left its sockets; servers take a moment to notice. */
async function untilAlone(s: Stage): Promise<void> {
  const alone = async () => ((await s.word('srvr')).includes('Connections: 1\n') ? true : undefined);
  await until('the server is alone', alone);
}

async function busyServer(s: Stage): Promise<void> {
  await untilAlone(s);
  await s.open('a', { timeOut: 40_000, readOnly: false });
  await s.open('b', { timeOut: 20_000, readOnly: false });
  await s.call('a', 'create', node('/w', 'x'));
  await s.call('a', 'create', node('/w/eph', 'x', createFlags.ephemeral));
  await s.call('a', 'create', node('/w/eph2', 'x', createFlags.ephemeral));
  await s.call('b', 'getData', { path: '/w', watch: true });
  await s.call('b', 'exists', { path: '/w/none', watch: true });
  await s.call('b', 'getChildren', { path: '/w', watch: true });
  await s.call('a', 'exists', { path: '/w', watch: true });
}

/** Commands whose whole text is compared, on a server with two clients. */
const whole = [
  'ruok',
  'isro',
  'gtmk',
  'srvr',
  'stat',
  'cons',
  'dump',
  'wchs',
  'conf',
  'dirs',
  'crst',
  'srst',
];

export const wordScenarios = [
  scenario('a quiet server', async (s) => {
    await untilAlone(s);
    for (const word of ['ruok', 'srvr', 'wchs', 'wchc', 'wchp', 'dump', 'isro', 'dirs']) await show(s, word);
  }),
  ...whole.map((word) =>
    scenario(`${word} beside two clients`, async (s) => {
      await busyServer(s);
      await show(s, word);
      for (const name of ['a', 'b']) await s.call(name, 'closeSession', null);
      await cleanUp(s);
    }),
  ),
  scenario('wchc and wchp', async (s) => {
    await s.open('a');
    await s.call('a', 'exists', { path: '/wc', watch: true });
    await show(s, 'wchc');
    await show(s, 'wchp');
    await s.call('a', 'closeSession', null);
  }),
  scenario('mntr has every key', async (s) => {
    const text = await s.word('mntr');
    s.say(keys(text, '\t'));
    s.say(text.endsWith('\n') ? 'ends with a newline' : 'ends without a newline');
  }),
  scenario('conf and envi have every key', async (s) => {
    s.say(keys(await s.word('conf'), '='));
    s.say(keys(await s.word('envi'), '='));
  }),
  scenario('packets are counted', countPackets),
  scenario('srst forgets the packet that asked for it too', async (s) => {
    await untilAlone(s);
    await s.word('srst');
    s.say(/^Received: .*$/m.exec(await s.word('srvr'))?.[0] ?? 'no count');
  }),
  scenario('a trace mask is set and read', async (s) => {
    await show(s, 'stmk\0\0\0\0\0\0\x01\x32');
    await show(s, 'gtmk');
  }),
];

/** Packets received and sent since the server was alone, as `srvr` tells them. */
async function countPackets(s: Stage): Promise<void> {
  await untilAlone(s);
  const count = async (): Promise<[number, number]> => {
    const text = await s.word('srvr');
    return [Number(/Received: (\d+)/.exec(text)?.[1]), Number(/Sent: (\d+)/.exec(text)?.[1])];
  };
  const [received, sent] = await count();
  const say = async (after: string): Promise<void> => {
    const [receivedNow, sentNow] = await count();
    s.say(`after ${after}: ${receivedNow - received} received, ${sentNow - sent} sent`);
  };
  await say('a word');
  await s.open('a');
  await say('a handshake and a ping');
  await s.call('a', 'auth', { type: 0, scheme: 'digest', auth: Buffer.from('a:b') }, xids.auth);
  await say('an auth');
  await s.call('a', 'exists', { path: '/counted', watch: true });
  await s.call('a', 'create', node('/counted'));
  await say('two requests and an event');
  await s.call('a', 'closeSession', null);
  await s.expectClosed('a');
  await say('a close');
  const { sessionId, passwd } = s.session('a');
  await s.open('b', { sessionId, passwd, readOnly: false });
  await s.expectClosed('b');
  await say('a handshake that is refused');
  await s.open('c');
  await s.call('c', 999, null);
  await say('an operation that does not exist');
}

async function cleanUp(s: Stage): Promise<void> {
  await s.open('cleaner');
  await s.call('cleaner', 'delete', { path: '/w', version: -1 });
  await s.call('cleaner', 'closeSession', null);
}
