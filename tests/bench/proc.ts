import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What Linux says of a process. */

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Processor time used so far, user and system, in milliseconds. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name is in parentheses and may hold spaces; fields are counted behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return (ticks * 1000) / ticksPerSecond;
}

/** Resident memory in MiB. */
export function residentMb(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? NaN) / 1024;
}

const idleShare = 0.2;
const idleWindowMs = 1_000;
const idleWithinMs = 120_000;

/** Resolves once these processes together need little of a core: what earlier load left behind, snapshots above all, is done. */
export async function untilIdle(pids: readonly number[]): Promise<void> {
  const used = (): number => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  for (let waitedMs = 0; waitedMs < idleWithinMs; waitedMs += idleWindowMs) {
    const before = used();
    await sleep(idleWindowMs);
    if (used() - before < idleShare * idleWindowMs) return;
  }
  throw new Error(`the servers are not idle ${idleWithinMs} ms after the load ended`);
}
