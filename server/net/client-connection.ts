import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { JuteWriter } from '@/lib/jute/writer';
import { Client, type ClientIo } from '@/server/processors/client';
import { subjectName } from '@/server/processors/distinguished-names';
import type { PortKind } from './client-port';
import { FrameReader } from './frame-reader';
import { sendPieces } from './send-pieces';
import type { ClientListener } from './client-listener';

/**
 * One client's socket: cuts frames, hands them to the pipeline, sends what the pipeline wrote. All output of an event
 * leaves in one write, unless it is much. Nothing is read while the connection is held back (too much in flight) or while
 * its client does not take what was written. Events come without being asked for: more of them than a bound unread, or a
 * part in too much that all clients have unread (`./backlogs`), ends the connection. Its client then knows that it missed
 * something; its session goes on.
 */

/** Output of one event that is sent before more is written: half of what a pooled buffer may have grown to. */
const outputSendBytes = 128 * 1024;
/** Unsent output above which no further request of the connection is handled. */
const outputBytesMax = 1024 * 1024;
/** The same where the clients together have much unread; more than a socket buffers without telling when it is sent. */
const outputBytesCrowdedMax = 256 * 1024;
/** How long a closed connection may take to get its last bytes out. */
const lingerMs = 2_000;

export class ClientConnection implements ClientIo {
  readonly client: Client;
  readonly remotePort: number;
  readonly establishedMs: number;
  readonly acceptedMs: number;
  private readonly reader: FrameReader;
  private out: JuteWriter | null = null;
  private isDirty = false;
  private ended = false;
  private gone = false;
  private reading = true;
  /** Of events, since everything written had been sent. */
  private eventBytes = 0;
  /** The count at which to look next whether they are too many. */
  private lookAtBytes = outputSendBytes;
  /** Since when frames that are here wait because the whole server has too much in flight. */
  private fullSinceMs: number | null = null;
  /** It asked a four-letter word; it is no client any more and has all the time it takes. */
  answering = false;

  constructor(
    private readonly socket: Socket,
    private readonly listener: ClientListener,
    readonly remoteAddress: string,
    /** The port it came to. */
    readonly port: PortKind,
  ) {
    this.remotePort = socket.remotePort ?? 0;
    this.establishedMs = listener.clock.wallMs();
    this.acceptedMs = listener.clock.monotonicMs();
    this.reader = new FrameReader(listener.settings.juteMaxBufferBytes);
    const subject = socket instanceof TLSSocket ? subjectOf(socket) : null;
    const { eventMeter, pipeline } = listener;
    this.client = new Client(this, remoteAddress, eventMeter, pipeline.mayRead, subject);
    listener.pipeline.connected(this.client);
    socket.on('data', (chunk: Buffer) => this.received(chunk));
    socket.on('drain', () => listener.handle(() => this.drained()));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.closed());
  }

  /** As epoll's interest shows it: 1 reading, 4 output waiting. */
  get interestOps(): number {
    return (this.reading && !this.ended ? 1 : 0) | (this.socket.writableLength > 0 ? 4 : 0);
  }

  private received(chunk: Buffer): void {
    if (this.ended) return;
    this.reader.push(chunk);
    if (this.client.phase === 'new' && this.isFourLetterWord()) return;
    this.listener.handle(() => this.pump());
  }

  /** Hands the connection over to the four-letter words when it starts with one. True when there is nothing to pump. */
  private isFourLetterWord(): boolean {
    const first = this.reader.peekInt();
    if (first === null) return true;
    const answer = this.listener.fourLetterAnswer(first, this.reader.rest().subarray(4), this.port);
    if (answer === null) return false;
    this.ended = this.answering = true;
    this.client.stats.packetsReceived += 1;
    this.listener.stats.packetsReceived.add();
    void this.sendText(answer);
    return true;
  }

  private async sendText(answer: Iterable<string>): Promise<void> {
    if (!(await sendPieces(this.socket, answer))) return;
    // Counted behind the text, which tells how many went before it.
    this.client.stats.packetsSent += 1;
    this.listener.stats.packetsSent.add();
    this.finish();
  }

  /** Handles the frames that are there, as far as the connection may go on. */
  pump(): void {
    const { pipeline } = this.listener;
    while (!this.ended) {
      if (pipeline.isHeld(this.client)) {
        if (pipeline.isFull) this.fullSinceMs ??= this.listener.nowMs;
        this.listener.hold(this);
        return this.stopReading();
      }
      this.spill();
      const { isCrowded } = this.listener.backlogs;
      if (this.unsent > (isCrowded ? outputBytesCrowdedMax : outputBytesMax)) return this.stopReading();
      if (!this.reader.next()) {
        this.fullSinceMs = null;
        break;
      }
      const { bytes, start, end } = this.reader;
      const { nowMs } = this.listener;
      const waitedMs = this.fullSinceMs === null ? 0 : nowMs - this.fullSinceMs;
      pipeline.receive(this.client, bytes, start, end, nowMs, waitedMs, !this.gone);
    }
    if (this.gone) return this.leave();
    if (this.reader.fault !== null && !this.ended) return this.drop(this.reader.fault);
    this.startReading();
  }

  get unsent(): number {
    return (this.out?.size ?? 0) + this.socket.writableLength;
  }

  private stopReading(): void {
    if (!this.reading) return;
    this.reading = false;
    this.socket.pause();
  }

  private startReading(): void {
    if (this.reading || this.ended) return;
    this.reading = true;
    this.socket.resume();
  }

  output(): JuteWriter {
    this.out ??= this.listener.pool.take();
    if (!this.isDirty) {
      this.isDirty = true;
      this.listener.dirty.push(this);
    }
    return this.out;
  }

  eventWritten(bytes: number): void {
    this.eventBytes += bytes;
    if (this.eventBytes < this.lookAtBytes || this.ended) return;
    this.lookAtBytes = this.eventBytes + outputSendBytes;
    const { listener, unsent } = this;
    const { unreadEventBytesMax: max } = listener.settings;
    if (this.eventBytes > max && unsent > max)
      return this.drop(
        `it does not read its events, of which more than unreadEventsLimitInKb=${max >> 10} wait`,
      );
    listener.backlogs.note(this, unsent);
  }

  /** Sends what this event wrote, in one write. */
  flush(): void {
    this.isDirty = false;
    // Gathered where it is until the socket has room: a write of its own would cost more memory than a small event.
    if (this.isBehind) this.listener.backlogs.note(this, this.unsent);
    else this.send();
  }

  /** Whether the socket has more than it buffers of itself; it says `drain` once that is sent. */
  private get isBehind(): boolean {
    const { socket } = this;
    return socket.writableLength > 0 && socket.writableNeedDrain && !socket.destroyed;
  }

  private send(): void {
    const { out, listener, socket } = this;
    if (out === null) return;
    this.out = null;
    if (socket.destroyed || out.size === 0) return listener.pool.give(out);
    socket.write(out.view());
    if (this.isBehind) listener.backlogs.note(this, socket.writableLength);
    if (socket.writableLength > 0) return;
    // Nothing left waiting: the kernel has its copy, and the buffer can serve again.
    if (this.eventBytes > 0) this.nothingWaits();
    listener.pool.give(out);
  }

  private nothingWaits(): void {
    if (this.eventBytes >= outputSendBytes) this.listener.backlogs.note(this, 0);
    this.eventBytes = 0;
    this.lookAtBytes = outputSendBytes;
  }

  /** The socket has sent what it was given: what was gathered meanwhile follows. */
  private drained(): void {
    this.listener.backlogs.note(this, 0);
    this.nothingWaits();
    this.send();
    this.pump();
  }

  spill(): void {
    if (this.out === null || this.out.size <= outputSendBytes || this.isBehind) return;
    this.send();
  }

  endAfterOutput(): void {
    if (this.ended) return;
    this.ended = true;
    this.listener.ending.push(this);
  }

  /** After the last flush: sends FIN, throws away what still comes, and lets go after a while. */
  finish(): void {
    if (this.gone) return;
    this.send();
    this.socket.end();
    this.socket.resume();
    setTimeout(() => this.socket.destroy(), lingerMs).unref();
  }

  drop(reason: string): void {
    if (this.gone) return this.leave();
    this.ended = true;
    this.client.phase = 'closed';
    this.listener.backlogs.note(this, 0);
    this.listener.dropped(this, reason);
    this.socket.destroy();
  }

  private closed(): void {
    const { pipeline } = this.listener;
    const isWaiting = this.fullSinceMs !== null && !this.ended;
    this.gone = true;
    // It stays among those held back, and is pumped until nothing is left.
    if (isWaiting && pipeline.admission.outlivesConnection) return;
    if (isWaiting && this.reader.next()) pipeline.admission.dropped();
    this.leave();
  }

  /** Nothing more comes of it. */
  private leave(): void {
    this.ended = true;
    this.client.phase = 'closed';
    this.flush();
    this.listener.backlogs.note(this, 0);
    this.listener.detach(this);
    this.listener.pipeline.disconnected(this.client);
  }

  /** Without a word, for a server that stops. */
  destroy(): void {
    if (this.gone) this.leave();
    else this.socket.destroy();
  }
}

/** Of the certificate that the other side has shown, which was found good; null where it has none. */
function subjectOf(socket: TLSSocket): string | null {
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined ? null : subjectName(certificate.raw);
}
