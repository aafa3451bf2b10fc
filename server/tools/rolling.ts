import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { memberName, parseConnectionString, type Member } from '@/lib/base/connection-string';
import { askFourLetterWord } from './ask';

/**
 * server/bin/zkRolling: walks an ensemble member by member while it serves, for an upgrade or for a move to another
 * server (docs/migration.md). Observers go first, then followers, the leader last, so that one election is enough. A
 * member is let go only while all others serve, and the next one only after it serves again and has what the leader had.
 * It asks members with srvr, which every server allows, and changes nothing itself.
 */

const usage = `Usage: zkRolling --connect host:port,host:port,… [--exec COMMAND] [--wait SECONDS]

  --connect  all members, observers too
  --exec     run for each member, with ZK_MEMBER=host:port and ZK_ROLE in its environment; it stops the member and
             starts what takes its place. Without it each member is named, and it is watched until it was replaced.
  --wait     how long one member may take (default 600)`;

const pollMs = 200;
const askTimeoutMs = 2_000;
const counterMask = 0xffff_ffffn;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** A reason to stop that needs one line. */
class RollingFault extends Error {}

interface State {
  readonly mode: string;
  readonly version: string;
  readonly zxid: bigint;
}

/** Null while the member does not serve. */
async function stateOf(member: Member): Promise<State | null> {
  const text = await askFourLetterWord(member.host, member.port, 'srvr', askTimeoutMs).catch(() => '');
  const mode = /^Mode: (\S+)$/m.exec(text)?.[1];
  const zxid = /^Zxid: (0x[0-9a-f]+)$/im.exec(text)?.[1];
  if (mode === undefined || zxid === undefined) return null;
  const version = /^Zookeeper version: ([^,]+)/m.exec(text)?.[1] ?? 'unknown';
  return { mode, version, zxid: BigInt(zxid) };
}

async function until<T>(what: string, deadlineMs: number, attempt: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const value = await attempt();
    if (value !== null) return value;
    if (Date.now() > deadlineMs) throw new RollingFault(`${what}: not in time. Nothing further is done.`);
    await delay(pollMs);
  }
}

/** The members with their modes, once all of them serve under one leader. */
async function allServing(members: readonly Member[], deadlineMs: number): Promise<Map<Member, State>> {
  return until('All members serve under one leader', deadlineMs, async () => {
    const states = await Promise.all(members.map(stateOf));
    if (states.some((state) => state?.mode === 'standalone')) {
      throw new RollingFault('A member is a standalone server: there is no ensemble to walk.');
    }
    if (states.filter((state) => state?.mode === 'leader').length !== 1) return null;
    return states.includes(null) ? null : new Map(members.map((member, index) => [member, states[index]!]));
  });
}

const turn = ['observer', 'follower', 'leader'];

/** Who goes next: of those left, observers before followers before the leader. */
function nextOf(left: readonly Member[], states: ReadonlyMap<Member, State>): Member {
  const rank = (member: Member) => turn.indexOf(states.get(member)!.mode);
  return left.reduce((best, member) => (rank(member) < rank(best) ? member : best));
}

function run(command: string, member: Member, role: string): Promise<void> {
  const env = { ...process.env, ZK_MEMBER: memberName(member), ZK_ROLE: role };
  const child = spawn(command, { shell: true, stdio: 'inherit', env });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new RollingFault(`The command for ${memberName(member)} ended with ${code ?? signal}.`));
    });
  });
}

/** Has one member replaced, and waits until it is level with the leader of that moment. */
async function replace(
  member: Member,
  role: string,
  others: readonly Member[],
  { command, waitMs }: { readonly command: string | undefined; readonly waitMs: number },
): Promise<void> {
  const name = memberName(member);
  const deadlineMs = Date.now() + waitMs;
  if (command === undefined) {
    say(`Replace ${name} (${role}) now: stop it, then start what takes its place.`);
    await until(`${name} stops`, deadlineMs, async () => ((await stateOf(member)) === null ? true : null));
  } else {
    say(`Replacing ${name} (${role}) …`);
    await run(command, member, role);
  }
  const back = await until(`${name} serves again`, deadlineMs, () => stateOf(member));
  const leaderZxid = await until('A member leads', deadlineMs, async () => {
    const states = await Promise.all([member, ...others].map(stateOf));
    return states.find((state) => state?.mode === 'leader')?.zxid ?? null;
  });
  await until(`${name} is level with the leader`, deadlineMs, async () => {
    const zxid = (await stateOf(member))?.zxid ?? null;
    // A new leader's zxid begins its epoch before anything is written in it.
    return zxid !== null && (zxid >= leaderZxid || (leaderZxid & counterMask) === 0n) ? true : null;
  });
  say(`  ${name} serves as ${back.mode}, version ${back.version}, level with the leader.`);
}

async function walk(members: readonly Member[], command: string | undefined, waitMs: number): Promise<void> {
  const left = [...members];
  while (left.length > 0) {
    const states = await allServing(members, Date.now() + waitMs);
    const member = nextOf(left, states);
    const others = members.filter((other) => other !== member);
    await replace(member, states.get(member)!.mode, others, { command, waitMs });
    left.splice(left.indexOf(member), 1);
  }
  await allServing(members, Date.now() + waitMs);
  say('All members were replaced, and serve.');
}

async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      connect: { type: 'string' },
      exec: { type: 'string' },
      wait: { type: 'string', default: '600' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(usage);
  const waitSeconds = Number(values.wait);
  if (values.connect === undefined || !Number.isInteger(waitSeconds) || waitSeconds < 1) {
    throw new RollingFault(usage);
  }
  const connection = parseConnectionString(values.connect);
  if (typeof connection === 'string') throw new RollingFault(`--connect: ${connection}.`);
  if (connection.members.length < 3) {
    throw new RollingFault('Name all members: an ensemble of fewer than three cannot do without one.');
  }
  await walk(connection.members, values.exec, waitSeconds * 1_000);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
