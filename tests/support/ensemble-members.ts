import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ZooKeeperClient } from '@/lib/client/client';
import { startChild, type Child } from './child';
import { fourLetter } from './four-letter';
import { apacheCommand, root, zooCfg, type MemberKind } from './member';
import { freePorts } from './ports';
import { removeDir, tempDir } from './temp';
import { until } from './wait';

/**
 * An ensemble on loopback whose members are ours or Apache's, one by one: each can be killed, halted, held still, emptied,
 * and started again as the other implementation over the same data folder.
 */

export type Role = 'leader' | 'follower' | 'observer' | 'read-only';
type Lines = Readonly<Record<string, string | number | boolean>>;

export interface EnsembleOptions {
  /** One a member, server.1 first. */
  readonly kinds: readonly MemberKind[];
  /** Ids of the members that observe. */
  readonly observers?: readonly number[];
  /** Ids of members that are to join later: not started, and in nobody's zoo.cfg but their own. */
  readonly joiners?: readonly number[];
  /** Client ports stand in the server lines, as a reconfig wants them, and not as clientPort. */
  readonly clientPortInLine?: boolean;
  /** Lines of every zoo.cfg besides the usual ones. */
  readonly config?: Lines;
  /** Lines of one member's zoo.cfg, by id; they win. */
  readonly configOf?: (id: number) => Lines;
  readonly tickMs?: number;
  /** As a member's own (member.ts). */
  readonly heapMb?: number;
  /** -D flags for both kinds. */
  readonly properties?: readonly string[];
  /** Data folders are made here instead of in a new temporary folder, and stay. */
  readonly home?: string;
  /** Address a member's ports are bound to, by id; 127.0.0.1 unless said. */
  readonly hostOf?: (id: number) => string;
  /** Starts a member's process elsewhere, for instance in a network namespace: words put before the command. */
  readonly wrap?: (id: number) => readonly string[];
}

export class EnsembleMember {
  kind: MemberKind;
  private child: Child | null = null;
  /** What earlier processes of this member printed. */
  private past = '';

  constructor(
    readonly id: number,
    readonly host: string,
    /** For clients; a reconfig may change it. */
    public port: number,
    readonly dataDir: string,
    readonly configFile: string,
    private lines: Lines,
    private readonly options: EnsembleOptions,
  ) {
    this.kind = options.kinds[id - 1]!;
  }

  get address(): string {
    return `${this.host}:${this.port}`;
  }

  get running(): boolean {
    return this.child?.running() ?? false;
  }

  /** Of the running process. */
  get pid(): number {
    if (this.child === null || !this.running) throw new Error(`server ${this.id} does not run`);
    return this.child.pid;
  }

  /** The ports at which members meet. */
  get peerPorts(): { readonly quorum: number; readonly election: number } {
    const [, quorum, election] = /^[^:]+:(\d+):(\d+)/.exec(this.line())!.map(Number);
    return { quorum: quorum!, election: election! };
  }

  /** Everything its processes printed. */
  output(): string {
    return `${this.past}${this.child?.output() ?? ''}`;
  }

  /** Lines of its zoo.cfg that are so from its next start on. */
  change(lines: Lines): void {
    this.lines = { ...this.lines, ...lines };
  }

  /** Starts its process, as `kind` where that is given; does not wait until it serves. */
  async start(kind: MemberKind = this.kind): Promise<void> {
    if (this.running) throw new Error(`server ${this.id} runs already`);
    this.past = this.output();
    this.kind = kind;
    await mkdir(this.dataDir, { recursive: true });
    await writeFile(path.join(this.dataDir, 'myid'), `${this.id}\n`);
    // Written anew each time: Apache rewrites the file in some modes.
    await writeFile(this.configFile, zooCfg(this.lines));
    this.child = this.launch();
  }

  /** Starts it with the configuration as it stands, which a reconfig may have rewritten. */
  restart(): void {
    if (this.running) throw new Error(`server ${this.id} runs already`);
    this.past = this.output();
    this.child = this.launch();
  }

  /** Its server line, with the role and perhaps the client port changed. */
  line(role: 'participant' | 'observer' = 'participant', port = this.port): string {
    const line = String(this.lines[`server.${this.id}`]);
    return `${/^[^:]+:\d+:\d+/.exec(line)![0]}:${role};${this.host}:${port}`;
  }

  private launch(): Child {
    const properties = this.options.properties ?? [];
    const [program, ...args] = [
      ...(this.options.wrap?.(this.id) ?? []),
      ...(this.kind === 'apache'
        ? apacheCommand(this.configFile, { heapMb: this.options.heapMb, flags: properties })
        : [path.join(root, 'server/bin/zkServer'), 'start-foreground', this.configFile]),
    ];
    return startChild(program!, args, { env: { SERVER_JVMFLAGS: properties.join(' ') } });
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.child?.kill();
  }

  /** SIGTERM; the data stays. */
  async halt(): Promise<void> {
    await this.child?.stop();
  }

  private signal(name: NodeJS.Signals): void {
    if (this.child !== null && this.running) process.kill(this.child.pid, name);
  }

  /** SIGSTOP: the process is there, holds its connections and does nothing. */
  suspend(): void {
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  /** Removes what it stored; the process must not run. */
  async wipe(): Promise<void> {
    if (this.running) throw new Error(`server ${this.id} runs`);
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async word(word: string): Promise<string> {
    return fourLetter(this.port, word, 2_000, this.host);
  }

  /** null while it does not serve. */
  async role(): Promise<Role | null> {
    const text = await this.word('srvr').catch(() => '');
    return (/^Mode: (.+)$/m.exec(text)?.[1] as Role | undefined) ?? null;
  }

  /** The last transaction it applied; null while it does not serve. */
  async zxid(): Promise<bigint | null> {
    const text = await this.word('srvr').catch(() => '');
    const hex = /^Zxid: 0x([0-9a-f]+)$/m.exec(text)?.[1];
    return hex === undefined ? null : BigInt(`0x${hex}`);
  }

  async serving(timeoutMs = 60_000): Promise<Role> {
    const { id, kind } = this;
    const role = await until(
      `server ${id} (${kind}) serves, or ended`,
      async () => (this.running ? ((await this.role()) ?? undefined) : null),
      timeoutMs,
    ).catch((error: unknown) => {
      throw new Error(`server ${id} (${kind}) does not serve:\n${this.output().slice(-6_000)}`, {
        cause: error,
      });
    });
    if (role === null) throw new Error(`server ${id} (${kind}) ended:\n${this.output().slice(-6_000)}`);
    return role;
  }
}

export class MixedEnsemble {
  private readonly clients: ZooKeeperClient[] = [];

  private constructor(
    readonly home: string,
    readonly members: readonly EnsembleMember[],
    private readonly keepsHome: boolean,
  ) {}

  /**
   * Starts all members and waits until each serves. The last voter leads: it begins with as few others as make a quorum, who
   * must all agree on the greatest id.
   */
  static async start(options: EnsembleOptions): Promise<MixedEnsemble> {
    const ensemble = await MixedEnsemble.prepare(options);
    const { observers = [], joiners = [] } = options;
    const members = ensemble.members.filter(({ id }) => !joiners.includes(id));
    const voters = members.filter(({ id }) => !observers.includes(id));
    const quorum = [...voters.slice(0, Math.floor(voters.length / 2)), voters.at(-1)!];
    try {
      await Promise.all(quorum.map((member) => member.start()));
      await ensemble.allServing();
      await Promise.all(members.filter((member) => !quorum.includes(member)).map((member) => member.start()));
      await ensemble.allServing();
    } catch (error) {
      await ensemble.stop();
      throw error;
    }
    return ensemble;
  }

  /** Folders, ports and configurations; nothing runs yet. */
  static async prepare(options: EnsembleOptions): Promise<MixedEnsemble> {
    const home = options.home ?? (await tempDir('ensemble'));
    const size = options.kinds.length;
    const ports = await freePorts(size * 3);
    const hostOf = options.hostOf ?? (() => '127.0.0.1');
    const ids = Array.from({ length: size }, (_, index) => index + 1);
    const role = (id: number) => (options.observers?.includes(id) ? ':observer' : '');
    const client = (id: number) => (options.clientPortInLine ? `;${hostOf(id)}:${ports[id * 3 - 1]}` : '');
    const line = (id: number) =>
      `${hostOf(id)}:${ports[id * 3 - 3]}:${ports[id * 3 - 2]}${role(id)}${client(id)}`;
    const known = (id: number) => ids.filter((one) => one === id || !options.joiners?.includes(one));
    const members = ids.map((id) => {
      const port = ports[id * 3 - 1]!;
      const dataDir = path.join(home, `data${id}`);
      const lines: Lines = {
        tickTime: options.tickMs ?? 500,
        initLimit: 20,
        syncLimit: 6,
        dataDir,
        ...(options.clientPortInLine ? {} : { clientPort: port, clientPortAddress: hostOf(id) }),
        maxClientCnxns: 0,
        '4lw.commands.whitelist': '*',
        'admin.enableServer': false,
        ...(options.observers?.includes(id) ? { peerType: 'observer' } : {}),
        ...options.config,
        ...options.configOf?.(id),
        ...Object.fromEntries(known(id).map((one) => [`server.${one}`, line(one)])),
      };
      return new EnsembleMember(
        id,
        hostOf(id),
        port,
        dataDir,
        path.join(home, `zoo${id}.cfg`),
        lines,
        options,
      );
    });
    return new MixedEnsemble(home, members, options.home !== undefined);
  }

  member(id: number): EnsembleMember {
    const member = this.members[id - 1];
    if (member === undefined) throw new Error(`there is no server ${id}`);
    return member;
  }

  async allServing(timeoutMs?: number): Promise<void> {
    await Promise.all(
      this.members.filter(({ running }) => running).map((member) => member.serving(timeoutMs)),
    );
  }

  /** The member that leads, once one does. */
  async leader(timeoutMs = 60_000): Promise<EnsembleMember> {
    return until(
      'a member leads',
      async () => {
        const roles = await Promise.all(
          this.members.map((member) => (member.running ? member.role() : null)),
        );
        return this.members.find((_, index) => roles[index] === 'leader');
      },
      timeoutMs,
    );
  }

  /** A session at these members (ids), or at all of them. */
  client(
    ids: readonly number[] = this.members.map(({ id }) => id),
    sessionTimeoutMs = 10_000,
  ): ZooKeeperClient {
    const members = ids.map((id) => ({ host: this.member(id).host, port: this.member(id).port }));
    const client = new ZooKeeperClient({
      connection: { members, chroot: '' },
      sessionTimeoutMs,
      requestTimeoutMs: 15_000,
    });
    this.clients.push(client);
    client.connect();
    return client;
  }

  /** Waits until all running members applied the same last transaction. */
  async settled(timeoutMs = 30_000): Promise<bigint> {
    return until(
      'all members have the same last transaction',
      async () => {
        const zxids = await Promise.all(
          this.members.filter(({ running }) => running).map((member) => member.zxid()),
        );
        return zxids.every((zxid) => zxid !== null && zxid === zxids[0]) ? zxids[0]! : undefined;
      },
      timeoutMs,
    );
  }

  /** Everything all members printed, kept in the folder, for a failed test to show. */
  async keepOutputs(): Promise<void> {
    for (const member of this.members)
      await appendFile(path.join(this.home, `out${member.id}.txt`), member.output());
  }

  async stop(): Promise<void> {
    for (const client of this.clients.splice(0)) client.close();
    await Promise.all(
      this.members.map(async (member) => {
        member.resume();
        await member.kill();
      }),
    );
    if (!this.keepsHome) await removeDir(this.home);
  }
}
