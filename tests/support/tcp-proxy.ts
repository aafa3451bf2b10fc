import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { FrameReader } from '@/lib/client/framing';

/** A hop between a client and a member on which a test can make the network fail. */
export interface TcpProxy {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: () => number;
  /** Ends every connection now. */
  cut(): void;
  /** From now on what the member says is swallowed; what clients say still arrives. */
  swallowReplies(on: boolean): void;
  /** From now on nothing passes either way, on old and new connections: a hung host. */
  hang(on: boolean): void;
  /** From now on connections are refused with a reset. */
  refuse(on: boolean): void;
  /** The next connection that asks for this operation is cut in the moment the member's answer would have been passed on. */
  cutAtReplyTo(code: number): void;
  /** Cuts the connection once it carried more than this many bytes of replies without a pause of 100 ms. */
  cutAboveBytes(bytes: number | null): void;
  /** How often that has cut it. */
  readonly cutsAbove: () => number;
  /** Answers these operations as a member that does not know them: UNIMPLEMENTED, and the connection ends. */
  refuseOps(codes: readonly number[]): void;
  /** Tells what clients send from now on, frame by frame; the first of a connection is its handshake. */
  onFrame(listener: (frame: Buffer) => void): void;
  stop(): Promise<void>;
}

/** Where in a chunk a request begins that has one of these operation codes; −1 where none has. */
function requestOf(chunk: Buffer, codes: readonly number[]): number {
  for (let at = 0; at + 12 <= chunk.length; at += 4 + chunk.readInt32BE(at))
    if (codes.includes(chunk.readInt32BE(at + 8))) return at;
  return -1;
}

/** The refusal of the first request in a chunk that has one of these operation codes; null where none has. */
function refusal(chunk: Buffer, codes: readonly number[]): Buffer | null {
  const at = requestOf(chunk, codes);
  if (at < 0) return null;
  const reply = Buffer.alloc(20);
  reply.writeInt32BE(16, 0);
  reply.writeInt32BE(chunk.readInt32BE(at + 4), 4);
  reply.writeBigInt64BE(-1n, 8);
  reply.writeInt32BE(-6, 16);
  return reply;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const state = { swallow: false, hang: false, refuse: false, accepted: 0, cutsAbove: 0 };
  let refused: readonly number[] = [];
  let burstMax: number | null = null;
  let cutOp: number | null = null;
  let tell: ((frame: Buffer) => void) | null = null;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    state.accepted += 1;
    if (state.refuse) return void client.resetAndDestroy();
    let cutsAtReply = false;
    let burst = 0;
    let burstAt = 0;
    const frames = new FrameReader(100_000_000, 0);
    const member = connect({ host: '127.0.0.1', port: targetPort });
    for (const socket of [client, member]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        member.destroy();
      });
    }
    client.on('data', (chunk) => {
      const reply = refusal(chunk, refused);
      if (reply !== null) return void client.end(reply);
      if (cutOp !== null && requestOf(chunk, [cutOp]) >= 0) {
        cutOp = null;
        cutsAtReply = true;
      }
      if (tell !== null) frames.push(chunk, ({ bytes }) => tell?.(bytes));
      if (!state.hang) member.write(chunk);
    });
    member.on('data', (chunk) => {
      if (cutsAtReply) return cut();
      burst = performance.now() - burstAt > 100 ? chunk.length : burst + chunk.length;
      burstAt = performance.now();
      if (burstMax !== null && burst > burstMax) {
        state.cutsAbove += 1;
        return cut();
      }
      if (!state.hang && !state.swallow) client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    accepted: () => state.accepted,
    cut,
    swallowReplies: (on) => void (state.swallow = on),
    hang: (on) => void (state.hang = on),
    refuse: (on) => void (state.refuse = on),
    cutAtReplyTo: (code) => void (cutOp = code),
    cutAboveBytes: (bytes) => void (burstMax = bytes),
    cutsAbove: () => state.cutsAbove,
    refuseOps: (codes) => void (refused = codes),
    onFrame: (listener) => void (tell = listener),
    stop: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}
