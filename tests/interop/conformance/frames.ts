import { errorCodes } from '@/lib/protocol/errors';
import { requestHeader } from '@/lib/protocol/proto';
import { opName, ops, type OpName } from '@/lib/protocol/ops';
import { JuteWriter } from '@/lib/jute/writer';
import type { RecordCodec } from '@/lib/jute/codec';
import { Random } from '../../sim/random';
import type { Stage } from '../../support/stage';
import { node, scenario } from './scenario';

/** Frames that no client library sends: too short, too long, of no operation, under numbers that mean something else. */

const any = -1;

function frame(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** One well-formed body of each operation a client may send, on znodes that stand below `root`. */
const bodies = (root: string): Partial<Record<OpName, Record<string, unknown>>> => ({
  create: node(`${root}/new`),
  create2: node(`${root}/new2`),
  createContainer: node(`${root}/box`, 'x', 4),
  delete: { path: `${root}/gone`, version: any },
  exists: { path: root, watch: false },
  getData: { path: root, watch: true },
  setData: { path: root, data: null, version: any },
  getACL: { path: root },
  setACL: { path: root, acl: node('').acl, version: any },
  getChildren: { path: root, watch: true },
  getChildren2: { path: root, watch: false },
  sync: { path: root },
  checkWatches: { path: root, type: 3 },
  removeWatches: { path: root, type: 3 },
  getEphemerals: { prefixPath: root },
  getAllChildrenNumber: { path: root },
  addWatch: { path: root, mode: 0 },
  setWatches: { relativeZxid: 1n << 40n, dataWatches: [root], existWatches: [], childWatches: [] },
});

function encoded(op: OpName, body: Record<string, unknown>): Buffer {
  const writer = new JuteWriter();
  (ops[op].request as RecordCodec<unknown>).write(writer, body);
  return writer.take();
}

/** All zeros but for the longest timeout there is. */
const greeting = Buffer.concat([Buffer.alloc(12), Buffer.from('7fffffff', 'hex'), Buffer.alloc(48)]);

/** Where a client is that may lose its connection any moment. */
async function anew(s: Stage, name: string, say: string, act: () => Promise<void>): Promise<void> {
  s.say(say);
  await s.open(name);
  await act();
}

/**
 * Not tried: what is refused here on purpose (docs/differences.md; a check alone would leave Apache's server a log that it
 * cannot read), and the ping, whose answer has a number of its own.
 */
const unasked: ReadonlySet<number> = new Set([
  ops.check.code,
  ops.createSession.code,
  ops.deleteContainer.code,
  ops.ping.code,
]);
const codes = [
  ...Array.from({ length: 36 }, (_, index) => index - 11),
  ...Array.from({ length: 13 }, (_, index) => index + 98),
  ...[0x7fff_ffff, -0x8000_0000, 1000],
].filter((code) => !unasked.has(code));

export const frameScenarios = [
  scenario('a request too short for its header closes the connection', async (s) => {
    for (let length = 0; length < 8; length += 1)
      await anew(s, `c${length}`, `${length} bytes`, async () => {
        s.write(`c${length}`, frame(Buffer.alloc(length, 1)));
        await s.expectClosed(`c${length}`);
      });
  }),
  scenario('a first frame of every length', async (s) => {
    await s.open('z');
    for (let length = 0; length <= 64; length += 1) {
      await s.socket(`c${length}`);
      s.write(`c${length}`, frame(greeting.subarray(0, length)));
      await s.hearHandshake(`c${length}`);
    }
  }),
  scenario('a first frame whose password has a length of its own', async (s) => {
    await s.open('z');
    for (const passwordLength of [-2, any, 0, 1, 15, 17, 1000, 0x7fff_ffff])
      for (const readOnly of [[], [0], [1], [2], [255], [0, 0], [1, 7, 7]]) {
        const name = `p${passwordLength}-${readOnly.join('')}`;
        await s.socket(name);
        const head = Buffer.from(greeting.subarray(0, 28));
        head.writeInt32BE(passwordLength, 24);
        const password = Buffer.alloc(passwordLength > 0 && passwordLength < 2000 ? passwordLength : 0, 7);
        s.write(name, frame(Buffer.concat([head, password, Buffer.from(readOnly)])));
        await s.hearHandshake(name);
      }
  }),
  ...codes.map((code) =>
    scenario(`operation ${code}, without a body and with bytes of none`, async (s) => {
      const random = new Random(code);
      for (const length of [0, 1, 4, 8, 13, 40, 200])
        for (const fill of [0, 255, null]) {
          const name = `c${length}-${fill}`;
          await s.open(name);
          const body = Buffer.alloc(length, fill ?? 0);
          if (fill === null) for (let at = 0; at < length; at += 1) body[at] = random.int(0, 255);
          const reply = await s.call(name, opName(code) ?? code, body);
          const isRefused = reply?.readInt32BE(12) === errorCodes.UNIMPLEMENTED;
          // Whether Apache's server reads on before it closes is a matter of luck.
          await (isRefused ? s.expectClosed(name) : s.settle(name));
        }
    }),
  ),
  ...Object.keys(bodies('')).map((op) =>
    scenario(
      `${op} under numbers that stand for other things, cut off and with more behind it`,
      async (s) => {
        const root = `/fr-${op}`;
        await s.open('z');
        await s.call('z', 'create', node(root));
        await s.call('z', 'create', node(`${root}/gone`));
        const body = encoded(op as OpName, bodies(root)[op as OpName]!);
        await s.open('a');
        for (const xid of [0, -1, -2, -3, -4, -8, -9, 0x7fff_ffff, -0x8000_0000, 5, 5])
          await s.call('a', op as OpName, body, xid);
        for (let length = 0; length < body.length; length += 3)
          await s.call('a', op as OpName, body.subarray(0, length));
        await s.call('a', op as OpName, Buffer.concat([body, Buffer.from('rest')]));
        await s.settle('a');
        await s.call('z', 'getChildren2', { path: root, watch: false });
      },
    ),
  ),
  scenario('pings and ends of sessions under other numbers, with bodies', async (s) => {
    for (const [index, xid] of [1, 0, -1, -4, -8, 0x7fff_ffff].entries()) {
      await s.open(`a${index}`);
      s.write(
        `a${index}`,
        frame(Buffer.concat([requestHeader.encode({ xid, type: ops.ping.code }), Buffer.alloc(index)])),
      );
      await s.hear(`a${index}`);
      await s.call(`a${index}`, 'closeSession', Buffer.alloc(index, 1), xid);
      await s.expectClosed(`a${index}`);
    }
  }),
  scenario('many frames in one segment, the last of them cut short', async (s) => {
    await s.open('a');
    const requests = Array.from({ length: 30 }, (_, index) =>
      frame(
        Buffer.concat([
          requestHeader.encode({
            xid: index + 1,
            type: ops[index % 3 === 0 ? 'create' : 'getAllChildrenNumber'].code,
          }),
          index % 3 === 0
            ? encoded('create', node(`/seg${index}`))
            : encoded('getAllChildrenNumber', { path: '/seg0' }),
        ]),
      ),
    );
    const bytes = Buffer.concat(requests);
    s.write('a', bytes.subarray(0, bytes.length - 3));
    for (let count = 0; count < 29; count += 1) await s.hear('a');
    s.write('a', bytes.subarray(bytes.length - 3));
    await s.hear('a');
  }),
];
