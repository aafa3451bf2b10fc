import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { BundledMember } from '@/lib/config/bundled';
import { singleFolder } from './bundled-server';
import { StartFault } from './fault';

/**
 * A data folder of the standalone server becomes an ensemble's. Every member, the observer too, begins with the same
 * copy of it. Were only the first to have it, two empty voters could form a majority before it joins, and its data would
 * be cut off as what no majority knows. A standalone server writes no epochs, so each member takes its epoch from its
 * last zxid, as Apache's do, and the first election goes one above.
 *
 * A power cut at any moment loses nothing: copies are complete and on disk under another name before the original is set
 * aside, and get their own name only after that; no server runs before all are done.
 */

const copyName = 'version-2.copying';
const keptName = 'data.before-ensemble';
/** Says which server runs on a folder, which is not part of its data. */
const lockName = 'zoodeck.lock';

function storeOf(dataDir: string, member: BundledMember): string {
  return path.join(dataDir, member.name);
}

/** Which kind of servers a data folder belongs to, by the data in it. */
function dataOf(dataDir: string, members: readonly BundledMember[]) {
  const has = (name: string) =>
    members.filter((member) => existsSync(path.join(storeOf(dataDir, member), name)));
  const single = path.join(singleFolder(dataDir), 'data');
  return {
    single,
    hasSingle: existsSync(path.join(single, 'version-2')),
    copies: has(copyName),
    own: has('version-2'),
  };
}

/** Before a standalone start: a folder with an ensemble's data is not begun anew beside it. */
export function refuseEnsembleData(dataDir: string, members: readonly BundledMember[]): void {
  const { own, copies } = dataOf(dataDir, members);
  const [first] = [...own, ...copies];
  if (first === undefined) return;
  throw new StartFault(
    `The data folder ${dataDir} holds an ensemble's data (${first.name} …), which a single server would not see. ` +
      'Start it without --single, or choose another folder with --data.',
  );
}

/** Before the ensemble's start: hands a standalone server's data to all members, unless that is done already. */
export async function carrySingleData(
  dataDir: string,
  members: readonly BundledMember[],
  tell: (line: string) => void,
): Promise<void> {
  const { single, hasSingle, copies, own } = dataOf(dataDir, members);
  if (hasSingle && own.length > 0) {
    throw new StartFault(
      `${dataDir} holds both a single server's data (${single}) and an ensemble's (${own[0]!.name} …). ` +
        'Move one of them away: which is newer cannot be told.',
    );
  }
  if (!hasSingle && copies.length === 0) return;
  try {
    if (hasSingle) await copyToAll(dataDir, single, members);
    for (const member of members) await adopt(storeOf(dataDir, member));
  } catch (cause) {
    if (cause instanceof StartFault) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new StartFault(`The data of ${single} cannot be handed to the ensemble (${code ?? message}).`, {
      cause,
    });
  }
  const kept = path.join(singleFolder(dataDir), keptName);
  tell(`The single server's data is now the ensemble's; as it was, it is kept in ${kept}.`);
}

async function copyToAll(dataDir: string, single: string, members: readonly BundledMember[]): Promise<void> {
  refuseSeparateLog(path.join(singleFolder(dataDir), 'zoo.cfg'));
  for (const member of members) {
    const copy = path.join(storeOf(dataDir, member), copyName);
    await rm(copy, { recursive: true, force: true });
    await mkdir(path.dirname(copy), { recursive: true });
    const filter = (source: string) => path.basename(source) !== lockName;
    await cp(path.join(single, 'version-2'), copy, { recursive: true, filter });
    await syncFolder(copy);
    await sync(path.dirname(copy));
  }
  const kept = path.join(singleFolder(dataDir), keptName);
  if (existsSync(kept)) throw new StartFault(`${kept} is there already; move it away first.`);
  await rename(single, kept);
  await sync(singleFolder(dataDir));
}

/** The copy gets its own name. Done before: nothing left to do. */
async function adopt(folder: string): Promise<void> {
  const copy = path.join(folder, copyName);
  if (!existsSync(copy)) return;
  await rename(copy, path.join(folder, 'version-2'));
  await sync(folder);
}

/** Transactions that lie elsewhere would be left behind. */
function refuseSeparateLog(configFile: string): void {
  if (!existsSync(configFile)) return;
  const line = /^\s*dataLogDir\s*[=:].*$/m.exec(readFileSync(configFile, 'utf8'))?.[0].trim();
  if (line === undefined) return;
  throw new StartFault(
    `${configFile} keeps the log elsewhere (${line}), so its data cannot be handed to an ensemble as it lies. ` +
      'Go on with --single, or move the log into the data folder and remove that line.',
  );
}

async function syncFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) await sync(path.join(folder, entry));
  await sync(folder);
}

async function sync(name: string): Promise<void> {
  const handle = await open(name, 'r');
  await handle.sync().finally(() => handle.close());
}
