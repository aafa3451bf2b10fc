import { execFileSync } from 'node:child_process';
import { networkInterfaces } from 'node:os';

/**
 * A network for the members of an ensemble on one machine: each has a namespace with an address of its own, all hang on
 * one bridge, and the host, where the clients are, is on it too. What one node sends another is lost, without an error for
 * either, by giving the sender a hardware address that nobody has: it needs nothing but iproute2, and works one way.
 */

/** Node 0 is the host, the others are server ids. */
export type Node = number;

const nobody = '02:00:00:00:de:ad';
const hostNumber = 254;
let networks = 0;

function ip(...args: readonly string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The first network of 198.18.0.0/15, kept for tests of networks (RFC 2544), that this machine does not use. */
function freePrefix(): string {
  const used = new Set(
    Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .map(({ address }) => address.slice(0, address.lastIndexOf('.'))),
  );
  for (let third = process.pid % 256, tries = 0; tries < 256; third = (third + 1) % 256, tries += 1)
    if (!used.has(`198.18.${third}`)) return `198.18.${third}`;
  throw new Error('every network of 198.18.0.0/16 is in use on this machine');
}

export class MemberNetwork {
  private readonly name = `zd${process.pid}n${(networks += 1)}`;
  private readonly prefix = freePrefix();
  private readonly lost = new Set<string>();
  private readonly atExit = (): void => this.remove();

  /** Needs root. Throws, with what `ip` said, where the system has no bridges, pairs or namespaces. */
  constructor(private readonly size: number) {
    if (process.getuid?.() !== 0)
      throw new Error(
        'Faults of the network need network namespaces, which only root can make: run this with sudo.',
      );
    process.on('exit', this.atExit);
    ip('link', 'add', this.name, 'type', 'bridge');
    ip('addr', 'add', `${this.address(0)}/24`, 'dev', this.name);
    ip('link', 'set', this.name, 'up');
    for (const id of this.ids()) this.add(id);
  }

  private *ids(): Iterable<number> {
    for (let id = 1; id <= this.size; id += 1) yield id;
  }

  private space(id: number): string {
    return `${this.name}-${id}`;
  }

  private add(id: number): void {
    const outer = `${this.name}v${id}`;
    ip('netns', 'add', this.space(id));
    ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.space(id));
    ip('link', 'set', outer, 'master', this.name, 'up');
    ip('-n', this.space(id), 'addr', 'add', `${this.address(id)}/24`, 'dev', 'eth0');
    ip('-n', this.space(id), 'link', 'set', 'eth0', 'up');
    ip('-n', this.space(id), 'link', 'set', 'lo', 'up');
  }

  address(node: Node): string {
    return `${this.prefix}.${node === 0 ? hostNumber : node}`;
  }

  /** Words before a command that then runs where this member is; the process stays the same. */
  wrap(id: number): readonly string[] {
    return ['nsenter', `--net=/run/netns/${this.space(id)}`];
  }

  private neighbour(from: Node, ...args: readonly string[]): void {
    const at = from === 0 ? ['neigh'] : ['-n', this.space(from), 'neigh'];
    ip(...at, ...args, 'dev', from === 0 ? this.name : 'eth0');
  }

  /** From now on what `from` sends to `to` is lost. */
  lose(from: Node, to: Node): void {
    this.neighbour(from, 'replace', this.address(to), 'lladdr', nobody, 'nud', 'permanent');
    this.lost.add(`${from} ${to}`);
  }

  /** Nothing is lost any more. */
  heal(): void {
    for (const pair of this.lost) {
      const [from, to] = pair.split(' ').map(Number) as [Node, Node];
      this.neighbour(from, 'del', this.address(to));
    }
    this.lost.clear();
  }

  remove(): void {
    process.off('exit', this.atExit);
    for (const id of this.ids()) {
      try {
        ip('netns', 'del', this.space(id));
      } catch {
        // It was never made.
      }
    }
    try {
      ip('link', 'del', this.name);
    } catch {
      // Nor was this.
    }
  }
}
