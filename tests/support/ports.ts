import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Ports for servers under test. A port that the system itself gives out (from 32768 on) may become the near end of
 * anybody's connection before the server binds it, so they are taken from below, and each is claimed by a file with the
 * process id of the claimant: test files run side by side, and each must get others.
 */
const [lowest, highest] = [10_000, 31_000];
const claims = path.join(tmpdir(), 'zoodeck-test-ports');
const claimed = new Set<number>();

process.on('exit', () => {
  for (const port of claimed) rmSync(claimOf(port), { force: true });
});

function claimOf(port: number): string {
  return path.join(claims, String(port));
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** True when the port is this process's from now to its end. */
function claim(port: number): boolean {
  mkdirSync(claims, { recursive: true });
  for (;;) {
    try {
      const file = openSync(claimOf(port), 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      claimed.add(port);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      let owner: string;
      try {
        owner = readFileSync(claimOf(port), 'utf8');
      } catch {
        continue; // Given back in between.
      }
      // An empty one is being written at this moment.
      if (owner === '' || lives(Number(owner))) return false;
      rmSync(claimOf(port), { force: true });
    }
  }
}

function isFree(port: number): Promise<boolean> {
  const holder = createServer();
  return new Promise((resolve) => {
    holder.once('error', () => resolve(false));
    holder.listen(port, '127.0.0.1', () => holder.close(() => resolve(true)));
  });
}

function anyPort(room: number): number {
  return lowest + Math.floor(Math.random() * (highest - lowest - room));
}

/** `count` loopback ports that nothing listens on and no other test is given. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = anyPort(0);
    if (claim(port) && (await isFree(port))) ports.push(port);
  }
  return ports;
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

/** Distances of an ensemble's ports from its first client port: four for clients, peers and elections each. */
const ensembleOffsets = [0, 7, 1007].flatMap((first) => [0, 1, 2, 3].map((index) => first + index));

/** The first client port for `npm start` with its ensemble: all twelve ports that follow from it are free, as above. */
export async function ensemblePorts(): Promise<number> {
  for (;;) {
    const base = anyPort(1_010);
    const ports = ensembleOffsets.map((offset) => base + offset);
    if (ports.every(claim) && (await Promise.all(ports.map(isFree))).every(Boolean)) return base;
  }
}
