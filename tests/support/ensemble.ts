import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePorts } from './ports';
import { startMember, type Member, type MemberOptions } from './member';
import { removeDir, tempDir } from './temp';

/** Apache 3.8.0 as an ensemble on loopback: what the console meets in real life. */
export interface Ensemble {
  readonly members: readonly Member[];
  /** `host:port,host:port,…` of all members. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts `size` members together, since none serves before a majority is up. */
export async function startApacheEnsemble(
  size: number,
  options: Pick<MemberOptions, 'flags' | 'heapMb'> = {},
): Promise<Ensemble> {
  const home = await tempDir('ensemble');
  const ports = await freePorts(size * 3);
  const servers = Object.fromEntries(
    Array.from({ length: size }, (_, index) => [
      `server.${index + 1}`,
      `127.0.0.1:${ports[index * 3 + 1]}:${ports[index * 3 + 2]}`,
    ]),
  );
  const starting = Array.from({ length: size }, async (_, index) => {
    const dataDir = path.join(home, `${index + 1}`);
    await mkdir(dataDir, { recursive: true });
    await writeFile(path.join(dataDir, 'myid'), `${index + 1}\n`);
    const config = { initLimit: 10, syncLimit: 5, ...servers };
    const port = ports[index * 3]!;
    return startMember('apache', { config, dataDir, port, ...options });
  });
  const settled = await Promise.allSettled(starting);
  const members = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async () => {
    await Promise.all(members.map((member) => member.stop()));
    await removeDir(home);
  };
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return { members, address: members.map((member) => member.address).join(','), stop };
}
