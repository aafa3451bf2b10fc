import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Member } from '@/lib/base/connection-string';

/**
 * Something that listens like a member and misbehaves on purpose: faults that a real server cannot be made to have at
 * will (silence, a cut answer, an endless one).
 */
export interface FakeMember {
  readonly member: Member;
  /** Words received, in order. */
  readonly words: string[];
  /** The most connections that were open at once. */
  readonly openMost: () => number;
  stop(): Promise<void>;
}

/** Answers each word as told; an answer of null leaves the connection open and silent. */
export async function startFakeMember(
  answer: (word: string, socket: Socket) => string | Buffer | null,
): Promise<FakeMember> {
  const words: string[] = [];
  const open = new Set<Socket>();
  let most = 0;
  const server: Server = createServer((socket) => {
    open.add(socket);
    most = Math.max(most, open.size);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.once('data', (bytes) => {
      const word = bytes.toString('latin1');
      words.push(word);
      const reply = answer(word, socket);
      if (reply !== null) socket.end(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { member: { host: '127.0.0.1', port }, words, openMost: () => most, stop };
}
