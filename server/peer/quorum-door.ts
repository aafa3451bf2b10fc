import type { Socket } from 'node:net';
import { JuteError } from '@/lib/jute/error';
import { remoteOf, type PeerTransport } from '@/server/transport/transport';
import { WaitingRoom } from '@/server/transport/waiting-room';
import { earlyDataBytesMax, PacketReader } from '@/server/zab/packet-reader';

/**
 * Where connections to the quorum port wait until they have proved who they are (SASL, where that is asked for) and sent a
 * whole first packet, which says so. What is no packet, comes too slowly or in too great a number, never reaches the leader.
 */

export interface DoorParts {
  readonly transport: PeerTransport;
  /** How long a learner may take for its first packet. */
  readonly helloTimeoutMs: number;
  /** What a stranger can cause: expected to be told once a while only. */
  warn(sentence: string): void;
}

/** Connections from one address at the same time, admitted ones; far above what an ensemble has. */
const linksPerHostMax = 100;

export class QuorumDoor {
  private readonly room = new WaitingRoom((socket, reason) => this.warn(socket, reason));
  private readonly links = new Map<string, number>();

  constructor(
    private readonly parts: DoorParts,
    private readonly admitted: (socket: Socket) => void,
  ) {}

  take(socket: Socket): void {
    const host = socket.remoteAddress ?? '';
    if ((this.links.get(host) ?? 0) >= linksPerHostMax) {
      this.warn(socket, `${linksPerHostMax} connections from ${host} are open`);
      return void socket.on('error', () => {}).destroy();
    }
    this.room.enter(socket, this.parts.helloTimeoutMs, 'say who it is');
    this.parts.transport.verify(socket, {
      passed: () => this.hear(socket),
      failed: (reason) => this.room.drop(socket, reason),
    });
  }

  private hear(socket: Socket): void {
    const packets = new PacketReader(earlyDataBytesMax);
    const chunks: Buffer[] = [];
    const read = (chunk: Buffer): void => {
      chunks.push(chunk);
      packets.push(chunk);
      try {
        if (packets.next() === null) return;
      } catch (error) {
        if (!(error instanceof JuteError)) throw error;
        return this.room.drop(socket, error.message);
      }
      socket.pause();
      socket.off('data', read);
      socket.unshift(Buffer.concat(chunks));
      this.admit(socket);
    };
    socket.on('data', read);
    socket.resume();
  }

  private admit(socket: Socket): void {
    this.room.leave(socket);
    const host = socket.remoteAddress ?? '';
    this.links.set(host, (this.links.get(host) ?? 0) + 1);
    socket.once('close', () => {
      const left = this.links.get(host)! - 1;
      if (left === 0) this.links.delete(host);
      else this.links.set(host, left);
    });
    this.admitted(socket);
  }

  private warn(socket: Socket, reason: string): void {
    this.parts.warn(`A connection to the quorum port from ${remoteOf(socket)} is closed: ${reason}.`);
  }

  close(): void {
    this.room.close();
  }
}
