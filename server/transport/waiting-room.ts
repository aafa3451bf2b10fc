import type { Socket } from 'node:net';

/**
 * Connections whose other side has yet to say who it is. Each may stay for a while only, however slowly it speaks, and of
 * too many the oldest goes that comes from the address with most of them: a flood from one machine drives out itself.
 */
const waitingMaxDefault = 64;

interface Waiting {
  readonly socket: Socket;
  readonly host: string;
  readonly timer: NodeJS.Timeout;
}

export class WaitingRoom {
  private readonly waiting = new Map<Socket, Waiting>();

  /** `dropped` is called with the reason when a connection is closed here. */
  constructor(
    private readonly dropped: (socket: Socket, reason: string) => void,
    private readonly waitingMax = waitingMaxDefault,
  ) {}

  get size(): number {
    return this.waiting.size;
  }

  /** Takes a connection in until `leave`, or until it is gone; `task` is what it has to do in that time. */
  enter(socket: Socket, timeoutMs: number, task: string): void {
    if (this.waiting.size >= this.waitingMax) this.makeRoom();
    const timer = setTimeout(() => this.drop(socket, `it did not ${task} within ${timeoutMs} ms`), timeoutMs);
    this.waiting.set(socket, { socket, host: socket.remoteAddress ?? '', timer });
    const gone = (): void => this.leave(socket);
    socket.on('error', gone);
    socket.on('close', gone);
  }

  leave(socket: Socket): void {
    const one = this.waiting.get(socket);
    if (one === undefined) return;
    clearTimeout(one.timer);
    this.waiting.delete(socket);
  }

  drop(socket: Socket, reason: string): void {
    this.leave(socket);
    this.dropped(socket, reason);
    socket.destroy();
  }

  private makeRoom(): void {
    const counts = new Map<string, number>();
    for (const { host } of this.waiting.values()) counts.set(host, (counts.get(host) ?? 0) + 1);
    const most = Math.max(...counts.values());
    for (const { socket, host } of this.waiting.values()) {
      if (counts.get(host) === most)
        return this.drop(socket, `${this.waitingMax} others wait to be known, most of them from ${host}`);
    }
  }

  close(): void {
    for (const { socket } of [...this.waiting.values()]) {
      this.leave(socket);
      socket.destroy();
    }
  }
}
