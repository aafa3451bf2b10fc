import type { Member } from '@/lib/base/connection-string';

/**
 * What `npm start` brings up by itself: an ensemble of three voters and an observer, so that a leader can be lost before
 * one's eyes, or one standalone server. Ports follow from two numbers, so that a second set needs two options.
 */

export const bundledHost = '127.0.0.1';
const voters = 3;
const observers = 1;
const size = voters + observers;
/** From the first client port to the first quorum port: beyond the last client port, and easy to keep in mind. */
export const peerPortOffset = 7;
const electionPortOffset = 1000;
const portMax = 65_535;

export interface BundledPlan {
  readonly kind: 'ensemble' | 'single';
  /** Client port of the (first) server; the ensemble's others follow it. */
  readonly serverPort: number;
  /** First quorum port; the election ports lie 1000 above. */
  readonly peerPort: number;
}

export interface BundledMember {
  /** `zk1`: its folder below the data folder, and its name to the operator. */
  readonly name: string;
  /** Its number in `server.N` and `myid`. */
  readonly serverId: number;
  readonly role: 'participant' | 'observer';
  readonly clientPort: number;
  readonly quorumPort: number;
  readonly electionPort: number;
}

/** The ensemble's members by their numbers; the observer is the last. */
export function ensembleMembers({ serverPort, peerPort }: BundledPlan): BundledMember[] {
  return Array.from({ length: size }, (_, index) => ({
    name: `zk${index + 1}`,
    serverId: index + 1,
    role: index < voters ? 'participant' : 'observer',
    clientPort: serverPort + index,
    quorumPort: peerPort + index,
    electionPort: peerPort + electionPortOffset + index,
  }));
}

/** What the console connects to. */
export function bundledAddresses(plan: BundledPlan): Member[] {
  const ports =
    plan.kind === 'single' ? [plan.serverPort] : ensembleMembers(plan).map(({ clientPort }) => clientPort);
  return ports.map((port) => ({ host: bundledHost, port }));
}

/** Why the ports cannot be used together, or null. */
export function planFault(plan: BundledPlan): string | null {
  if (plan.kind === 'single') return null;
  const { serverPort, peerPort } = plan;
  const last = Math.max(serverPort, peerPort + electionPortOffset) + size - 1;
  if (last > portMax)
    return `the ensemble's ports end at ${last}, and ${portMax} is the last there is; choose lower ones`;
  const overlaps = [peerPort, peerPort + electionPortOffset].some(
    (first) => Math.abs(first - serverPort) < size,
  );
  if (!overlaps) return null;
  return `the client ports ${serverPort}–${serverPort + size - 1} overlap the members' own (--peer-port ${peerPort})`;
}
