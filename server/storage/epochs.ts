import fs from 'node:fs';
import path from 'node:path';
import { epochOf } from '@/lib/protocol/zxid';
import { diskError, StorageError } from './errors';

/**
 * The two epochs a member of an ensemble keeps beside its snapshots, in files as Apache's: acceptedEpoch, the newest one it
 * promised to follow, and currentEpoch, the one whose leader's history it holds. They are what makes a restarted member
 * keep its word, so a value is on disk, and its file's name too, before the call returns.
 */
const epochMax = 0x7fff_ffff;

export class EpochFiles {
  private accepted: number;
  private current: number;

  private constructor(
    private readonly folder: string,
    accepted: number,
    current: number,
    private readonly onFailure: (error: Error) => void,
  ) {
    this.accepted = accepted;
    this.current = current;
  }

  /**
   * Reads them, or takes both from the last transaction where there are none (a server that stood alone until now).
   * A last transaction of a later epoch than currentEpoch is what a crash leaves between the history of a new leader and
   * its epoch: the transactions are a part of that leader's history, so the epoch they have is one this member holds.
   */
  static open(folder: string, last: bigint, onFailure: (error: Error) => void): EpochFiles {
    const ofLast = epochOf(last);
    const current = readEpoch(path.join(folder, 'currentEpoch'));
    const accepted = readEpoch(path.join(folder, 'acceptedEpoch'));
    const files = new EpochFiles(folder, accepted ?? -1, current ?? -1, onFailure);
    if (files.current < ofLast) files.setCurrentEpoch(ofLast);
    if (accepted === null) files.setAcceptedEpoch(files.current);
    if (files.accepted < ofLast) files.setAcceptedEpoch(ofLast);
    if (files.accepted < files.current) {
      throw new StorageError(
        `${folder} holds acceptedEpoch ${files.accepted}, which is below currentEpoch ${files.current}: one of the two files is not this member's. Restore the folder from a copy, or empty it to let the member begin anew.`,
      );
    }
    return files;
  }

  get acceptedEpoch(): number {
    return this.accepted;
  }

  get currentEpoch(): number {
    return this.current;
  }

  setAcceptedEpoch(epoch: number): void {
    this.accepted = this.write('acceptedEpoch', epoch);
  }

  setCurrentEpoch(epoch: number): void {
    this.current = this.write('currentEpoch', epoch);
  }

  private write(name: string, epoch: number): number {
    const file = path.join(this.folder, name);
    try {
      replaceFile(file, `${file}.writing`, String(epoch));
    } catch (error) {
      const failure = diskError('Writing', file, error);
      this.onFailure(failure);
      throw failure;
    }
    return epoch;
  }
}

/** Puts `text` in the place of a file: the old text or the new one survives a crash, and the new one from the return on. */
function replaceFile(file: string, unfinished: string, text: string): void {
  const fd = fs.openSync(unfinished, 'w', 0o644);
  try {
    fs.writeSync(fd, text);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(unfinished, file);
  const folder = fs.openSync(path.dirname(file), 'r');
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
}

function readEpoch(file: string): number | null {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw diskError('Reading', file, error);
  }
  if (/^-1$|^\d{1,10}$/.test(text) && Number(text) <= epochMax) return Number(text);
  throw new StorageError(
    `${file} holds "${text.slice(0, 40).replace(/[^\x20-\x7e]/g, '?')}", not an epoch (0 to ${epochMax}). Restore it from a copy.`,
  );
}
