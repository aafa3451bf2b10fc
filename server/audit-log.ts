import os from 'node:os';
import type { AuditConfig } from '@/server/config/server-config';
import { serverEvent, type AuditResult, type AuditSink } from '@/server/processors/audit';
import type { Log } from '@/server/runtime/log';
import { RotatingFile } from '@/server/runtime/rotating-file';

/**
 * The audit log of one server: a line an event, with its time and level before it. Lines are written behind the events
 * that they tell of, and no client waits for them: a server that dies at once takes with it those of its last moments.
 */

/** Of lines that the disk has not taken yet. */
const waitingBytesMax = 16 * 1024 * 1024;
const retryMs = 1_000;

export class AuditLog implements AuditSink {
  private constructor(
    private readonly file: RotatingFile,
    /** Whom the server runs as. */
    readonly serverUser: string,
  ) {}

  /** Throws what the system says where the file cannot be opened. */
  static open({ file: path, fileBytesMax, backups }: AuditConfig, log: Log): AuditLog {
    const file = RotatingFile.open({
      ...{ path, fileBytesMax, backups, waitingBytesMax, retryMs },
      lostLine: (lines) => line(`lost=${lines}`, 'failure'),
      onFailure: (error) =>
        log.error(
          `The audit log cannot be written: ${error.message}. What is done is kept for it up to ${waitingBytesMax >> 20} MiB; what comes then is lost, and counted there.`,
          { path },
        ),
      onRecovery: (lost) => log.warn('The audit log is written again.', { path, lost }),
    });
    return new AuditLog(file, userName());
  }

  write(event: string, result: AuditResult): void {
    this.file.write(line(event, result));
  }

  started(result: AuditResult): void {
    this.write(serverEvent(this.serverUser, 'serverStart', result), result);
  }

  stopping(): void {
    this.write(serverEvent(this.serverUser, 'serverStop', 'invoked'), 'invoked');
  }

  /** Resolves once everything is in the file. */
  close(): Promise<void> {
    return this.file.close();
  }
}

const line = (event: string, result: AuditResult): string =>
  `${new Date().toISOString()} ${result === 'failure' ? 'ERROR' : 'INFO'} ${event}\n`;

/** As Java's user.name; an id that the system has no name for stands for itself. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '');
  }
}
