import { bundledHost, type BundledMember } from '@/lib/config/bundled';

/**
 * A bundled server's zoo.cfg. It is written once and kept, so that lines an operator adds survive; only the lines that
 * follow from the start's own options are set anew at each start. The same file serves `zkServer start`.
 */
const mark = '# Written by `npm start`.';
const header = `${mark} Add lines as you like; dataDir, client ports and server lines are set at each start.`;
const initial = [
  'tickTime=2000',
  'maxClientCnxns=0',
  'autopurge.purgeInterval=1',
  '4lw.commands.whitelist=*',
];
/** What a member of an ensemble does not start without; an operator's own values stay. */
const ensembleLines = { initLimit: '10', syncLimit: '5', 'admin.enableServer': 'false' } as const;

export interface BundledAddress {
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
}

type Line = readonly [key: string, value: string];

function addressLines(address: BundledAddress): Line[] {
  return [
    // A backslash is an escape in this format (Java's properties).
    ['dataDir', address.dataDir.replaceAll('\\', '\\\\')],
    ['clientPortAddress', address.host],
    ['clientPort', String(address.port)],
  ];
}

function keyOf(line: string): string {
  return line.split(/[=:]/)[0]?.trim() ?? '';
}

function linesOf(before: string | null): string[] {
  return before === null ? [header, ...initial] : before.replace(/\r?\n$/, '').split(/\r?\n/);
}

function text(kept: readonly string[], owned: readonly Line[]): string {
  return `${[...kept, ...owned.map(([key, value]) => `${key}=${value}`)].join('\n')}\n`;
}

/** A standalone server's file from what it was (null when there is none yet). */
export function zooCfg(before: string | null, address: BundledAddress): string {
  const owned = addressLines(address);
  const names = new Set(owned.map(([key]) => key));
  return text(
    linesOf(before).filter((line) => !names.has(keyOf(line))),
    owned,
  );
}

/** `server.1=127.0.0.1:2188:3188:participant;127.0.0.1:2181`: with the client part, /zookeeper/config tells it to all. */
export function serverLine(member: BundledMember): Line {
  const { serverId, role, quorumPort, electionPort, clientPort } = member;
  const value = `${bundledHost}:${quorumPort}:${electionPort}:${role};${bundledHost}:${clientPort}`;
  return [`server.${serverId}`, value];
}

/**
 * An ensemble member's file from what it was. Untouched are a file somebody else wrote, and one whose server list has
 * moved to a dynamic file (a reconfiguration does that): then the ensemble itself says who belongs to it.
 */
export function memberZooCfg(
  before: string | null,
  dataDir: string,
  self: BundledMember,
  members: readonly BundledMember[],
): string {
  if (before !== null && !before.startsWith(mark)) return before;
  const lines = linesOf(before);
  if (lines.some((line) => keyOf(line) === 'dynamicConfigFile')) return before!;
  const address = { host: bundledHost, port: self.clientPort, dataDir };
  const role: Line[] = self.role === 'observer' ? [['peerType', 'observer']] : [];
  const owned = [...addressLines(address), ...role, ...members.map(serverLine)];
  const names = new Set(['peerType', ...owned.map(([key]) => key)]);
  const kept = lines.filter((line) => !names.has(keyOf(line)) && !/^server\.\d+$/.test(keyOf(line)));
  const present = new Set(kept.map(keyOf));
  const missing = Object.entries(ensembleLines).filter(([key]) => !present.has(key));
  return text([...kept, ...missing.map(([key, value]) => `${key}=${value}`)], owned);
}
