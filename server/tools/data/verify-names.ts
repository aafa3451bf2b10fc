import fs from 'node:fs';
import path from 'node:path';
import { listLogs, listSnapshots } from '@/server/storage/files';
import type { DataPlace } from './places';
import type { Level } from './verify';

/** What stands beside logs and snapshots: myid, the epochs, what a crash or another program left. */

type Report = (level: Level, message: string) => void;

function firstLine(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8').split('\n', 1)[0]!.trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function checkMyid(place: DataPlace, report: Report): void {
  const file = path.join(place.dataDir, 'myid');
  const text = firstLine(file);
  if (text === null) return;
  if (!/^-?\d{1,19}$/.test(text))
    report(
      'error',
      `${file} holds "${text.slice(0, 40)}", not the number of a server: a member of an ensemble does not start.`,
    );
}

function epoch(file: string, report: Report): number | null {
  const text = firstLine(file);
  if (text === null) return null;
  if (/^-1$|^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  report('error', `${file} holds "${text.slice(0, 40)}", not an epoch.`);
  return null;
}

function checkEpochs({ snapDir }: DataPlace, ofLast: number, report: Report): void {
  const currentFile = path.join(snapDir, 'currentEpoch');
  const acceptedFile = path.join(snapDir, 'acceptedEpoch');
  const current = epoch(currentFile, report);
  const accepted = epoch(acceptedFile, report);
  if (current !== null && current < ofLast) {
    report(
      'warning',
      `${currentFile} says ${current}, the last transaction is of epoch ${ofLast}: this server takes the later one, Apache's does not start.`,
    );
  }
  if (current !== null && accepted !== null && accepted < current)
    report(
      'error',
      `${acceptedFile} says ${accepted}, which is below currentEpoch ${current}: no member starts on this.`,
    );
}

/** Names that say something; those that mean nothing to a server are passed over. */
function checkLeftovers(folder: string, report: Report): void {
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    if (/^\.snapshot\.[0-9a-f]+\.unfinished$/.test(name) || /\.tmp$/.test(name))
      report('note', `${file} was being written when a server ended; it is not read.`);
    else if (name.startsWith('torn.log.'))
      report('note', `${file} is what a start cut off the end of a log, kept for whoever doubts it.`);
    else if (name === 'zoodeck.lock')
      report(
        'note',
        `${file}: a server runs here, or was killed; what it is writing at this moment may look cut off.`,
      );
    else if (
      /^(log|snapshot)\./.test(name) &&
      !/^(log\.[0-9a-f]{1,16}|snapshot\.[0-9a-f]{1,16}(\.gz|\.snappy)?)$/i.test(name)
    )
      report('warning', `${file} has a name that no server reads.`);
  }
}

export function checkNames(place: DataPlace, epochOfLast: number, report: Report): void {
  checkMyid(place, report);
  checkEpochs(place, epochOfLast, report);
  const isApart = fs.realpathSync(place.snapDir) !== fs.realpathSync(place.logDir);
  for (const folder of isApart ? [place.snapDir, place.logDir] : [place.snapDir])
    checkLeftovers(folder, report);
  if (!isApart) return;
  for (const log of listLogs(place.snapDir))
    report('error', `${log.path} is a transaction log in the snapshot folder: no server starts on this.`);
  for (const snapshot of listSnapshots(place.logDir))
    report(
      'error',
      `${snapshot.path} is a snapshot in the transaction-log folder: no server starts on this.`,
    );
}
