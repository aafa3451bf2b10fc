import fs from 'node:fs';
import { rename, rm } from 'node:fs/promises';

/**
 * A file of lines that are written in the order in which they come, in the background, one write at a time. A file that is
 * full becomes `.1`, what was `.1` becomes `.2`, and so on; the oldest goes. While the disk does not take lines they wait,
 * up to a bound; those beyond it are lost, and counted in the file once it can be written again.
 */
export interface RotatingFileOptions {
  readonly path: string;
  /** A file is full before a line that would make it longer; a line alone may. */
  readonly fileBytesMax: number;
  /** Older files that are kept, at least 1. */
  readonly backups: number;
  /** Of lines that wait. */
  readonly waitingBytesMax: number;
  /** How long after a failure it is tried again. */
  readonly retryMs: number;
  /** The line that stands in the file for lines that were lost. */
  readonly lostLine: (lines: number) => string;
  /** Once for each time of trouble. */
  readonly onFailure: (error: Error) => void;
  /** The end of it, with the lines lost meanwhile. */
  readonly onRecovery: (lostLines: number) => void;
}

export class RotatingFile {
  /** Lines not yet on their way. */
  private waiting: Buffer[] = [];
  /** Of the lines that wait and of those on their way. */
  private bytes = 0;
  private lost = 0;
  private isBusy = false;
  private isFailing = false;
  private isClosed = false;
  private retry: NodeJS.Timeout | null = null;
  private whenIdle: (() => void) | null = null;

  private constructor(
    private readonly options: RotatingFileOptions,
    private fd: number,
    private size: number,
  ) {}

  /** Opens the file to append to it, or makes it; throws what the system says where it cannot. */
  static open(options: RotatingFileOptions): RotatingFile {
    const fd = fs.openSync(options.path, 'a');
    return new RotatingFile(options, fd, fs.fstatSync(fd).size);
  }

  /** `line` has its end. */
  write(line: string): void {
    const bytes = Buffer.from(line, 'utf8');
    if (this.isClosed) return;
    if (this.bytes + bytes.length > this.options.waitingBytesMax) return this.lose();
    this.push(bytes);
    this.begin();
  }

  private push(line: Buffer): void {
    this.waiting.push(line);
    this.bytes += line.length;
  }

  private lose(): void {
    this.lost += 1;
    this.troubled(new Error(`${this.options.waitingBytesMax} bytes wait to be written`));
  }

  private begin(): void {
    if (this.isBusy || this.retry !== null) return;
    this.isBusy = true;
    // At the end of the turn, so that what it brings is one write.
    setImmediate(() => void this.work());
  }

  private async work(): Promise<void> {
    try {
      while (this.waiting.length > 0) await this.writeSome();
    } catch (error) {
      this.failed(error as Error);
    }
    this.isBusy = false;
    this.whenIdle?.();
  }

  /** As many lines as the file has room for, after a rotation where it has none. */
  private async writeSome(): Promise<void> {
    if (this.size > 0 && this.size + this.waiting[0]!.length > this.options.fileBytesMax) await this.rotate();
    const lines: Buffer[] = [];
    let length = 0;
    for (const line of this.waiting) {
      if (length > 0 && this.size + length + line.length > this.options.fileBytesMax) break;
      lines.push(line);
      length += line.length;
    }
    await this.append(Buffer.concat(lines, length));
    this.waiting.splice(0, lines.length);
    this.bytes -= length;
    if (this.isFailing) this.recovered();
  }

  /** Where part of it was written only, that part is taken off again: the lines come once more. */
  private async append(bytes: Buffer): Promise<void> {
    let written = 0;
    try {
      while (written < bytes.length) written += await writeTo(this.fd, bytes.subarray(written));
    } catch (error) {
      if (written > 0) fs.ftruncateSync(this.fd, this.size);
      throw error;
    }
    this.size += bytes.length;
  }

  private async rotate(): Promise<void> {
    const { path, backups } = this.options;
    let older = 0;
    while (older < backups && fs.existsSync(`${path}.${older + 1}`)) older += 1;
    if (older === backups) await rm(`${path}.${backups}`);
    for (let number = Math.min(older, backups - 1); number >= 1; number -= 1)
      await rename(`${path}.${number}`, `${path}.${number + 1}`);
    // It is not there where somebody else moved it away.
    if (fs.existsSync(path)) await rename(path, `${path}.1`);
    const before = this.fd;
    this.fd = fs.openSync(path, 'a');
    this.size = 0;
    fs.closeSync(before);
  }

  private troubled(error: Error): void {
    if (!this.isFailing) this.options.onFailure(error);
    this.isFailing = true;
  }

  private failed(error: Error): void {
    this.troubled(error);
    if (this.isClosed) return;
    this.retry = setTimeout(() => {
      this.retry = null;
      this.begin();
    }, this.options.retryMs);
    this.retry.unref();
  }

  private recovered(): void {
    const { lost } = this;
    this.isFailing = false;
    this.lost = 0;
    this.options.onRecovery(lost);
    // Before any later line: only now is there room for one.
    if (lost > 0) this.push(Buffer.from(this.options.lostLine(lost), 'utf8'));
  }

  /** Resolves once what was written before is in the file, or cannot be. */
  async close(): Promise<void> {
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
    this.begin();
    this.isClosed = true;
    await new Promise<void>((resolve) => (this.whenIdle = resolve));
    fs.closeSync(this.fd);
  }
}

function writeTo(fd: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.write(fd, bytes, 0, bytes.length, null, (error, written) =>
      error === null ? resolve(written) : reject(error),
    );
  });
}
