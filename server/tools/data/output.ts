import fs from 'node:fs';

/** Lines to a file descriptor, gathered into writes of some size. They block, so that a slow reader never makes them pile up. */

const heldCharactersMax = 64 << 10;
const retryMs = 5;

/** Nobody reads what is written any more: there is nothing left to do, and nothing to complain of. */
export class ReaderGone extends Error {}

export class LineOutput {
  private held = '';
  private readonly pause = new Int32Array(new SharedArrayBuffer(4));

  constructor(private readonly fd: number) {}

  line(text: string): void {
    this.held += `${text}\n`;
    if (this.held.length > heldCharactersMax) this.flush();
  }

  flush(): void {
    const bytes = Buffer.from(this.held);
    this.held = '';
    for (let from = 0; from < bytes.length;) {
      try {
        from += fs.writeSync(this.fd, bytes, from);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EPIPE') throw new ReaderGone('', { cause: error });
        // A pipe that somebody made non-blocking is full.
        if (code !== 'EAGAIN') throw error;
        Atomics.wait(this.pause, 0, 0, retryMs);
      }
    }
  }
}
