import { Database } from '@/server/processors/database';
import { SessionTracker } from '@/server/session/session-tracker';
import type { Random } from '../sim/random';
import { Stage, type TestClient } from '../server/processors/stage';
import { requestTemplates } from '../support/client-frames';
import { mutated } from './mutate';
import { FuzzFault, type FuzzTarget } from './target';

/**
 * Requests of several clients, changed at random, through the whole pipeline over a log in memory. Whatever they are, the
 * writes of a well-behaved client that were acknowledged stay, the log alone gives the same tree, and when all
 * connections are gone and every timeout is over, no session, ephemeral or watch is left.
 */

const clientsMax = 6;
const everyTimeoutMs = 100_000;
const tickMs = 2_000;

/** The request header without its length; most changes leave it whole, or every client would end at its first frame. */
function changedFrame(random: Random): Buffer {
  const template = random.pick(requestTemplates).subarray(4);
  if (random.chance(0.2)) return template;
  if (random.chance(0.05)) return mutated(template, random);
  return Buffer.concat([template.subarray(0, 8), mutated(template.subarray(8), random)]);
}

function newClient(stage: Stage, random: Random, before: readonly TestClient[]): TestClient {
  const client = stage.client(`10.0.0.${random.int(1, 9)}`);
  const other = before.length > 0 && random.chance(0.2) ? random.pick(before).client : null;
  client.connect({
    timeoutMs: random.pick([-1, 0, 4_000, 30_000, 0x7fff_ffff]),
    ...(other === null ? {} : { sessionId: other.session?.sessionId ?? 1n }),
    ...(random.chance(0.1) ? { passwd: null } : {}),
    ...(random.chance(0.02) ? { lastZxidSeen: 1n << 60n } : {}),
  });
  return client;
}

class FrameRound {
  private readonly stage = new Stage();
  private readonly keeper = this.stage.session({ timeoutMs: 40_000 });
  private readonly clients: TestClient[] = [];
  private kept = 0;

  constructor(private readonly random: Random) {
    this.keeper.create('/kept');
    this.keeper.create('/fuzz');
    this.stage.log.sync();
    this.keeper.take();
  }

  step(): void {
    const { random, stage } = this;
    this.replaceEnded();
    const client = random.pick(this.clients);
    client.raw(changedFrame(random));
    if (random.chance(0.3)) stage.log.sync(random.int(0, stage.log.pending));
    if (random.chance(0.05)) this.keep();
    if (random.chance(0.02)) stage.advance(random.int(1, 5_000));
    if (random.chance(0.02)) client.drop('the fuzz cut it');
    if (random.chance(0.1)) client.takeRaw();
  }

  private replaceEnded(): void {
    const { clients, stage, random } = this;
    for (let index = clients.length - 1; index >= 0; index -= 1) {
      const client = clients[index]!;
      if (!client.ended && client.dropped === null) continue;
      this.end(client);
      clients.splice(index, 1);
    }
    while (clients.length < clientsMax) clients.push(newClient(stage, random, clients));
  }

  /** A socket tells of its end after the event in which it was destroyed, whoever destroyed it. */
  private end(client: TestClient): void {
    if (client.dropped === null) client.drop('it ended');
    this.stage.pipeline.disconnected(client.client);
  }

  /** A write of the client that behaves, whose acknowledgement is a promise. */
  private keep(): void {
    const path = `/kept/${this.kept}`;
    this.keeper.create(path, { data: Buffer.from(path) });
    const { err } = this.keeper.answer();
    if (err !== 0) throw new FuzzFault(`the create of ${path} was answered with ${err}`);
    this.kept += 1;
  }

  finish(): void {
    const { stage } = this;
    stage.log.sync();
    const { tree } = stage.database;
    for (let index = 0; index < this.kept; index += 1) {
      const slot = tree.nodes.find(`/kept/${index}`);
      if (slot < 0 || tree.nodes.data(slot)?.toString() !== `/kept/${index}`)
        throw new FuzzFault(`/kept/${index} was acknowledged and is not there`);
    }
    this.checkReplay();
    for (const client of [...this.clients, this.keeper]) this.end(client);
    for (let ms = 0; ms < everyTimeoutMs; ms += tickMs) {
      stage.advance(tickMs);
      stage.log.sync();
    }
    const left = { sessions: stage.database.sessions.size, ephemerals: tree.ephemeralsCount };
    if (left.sessions + left.ephemerals > 0)
      throw new FuzzFault(
        `${left.sessions} sessions and ${left.ephemerals} ephemerals outlived every timeout`,
      );
    const watches = tree.dataWatches.size + tree.childWatches.size;
    if (watches > 0) throw new FuzzFault(`${watches} watches outlived their connections`);
  }

  /** The log alone makes the tree that clients saw. */
  private checkReplay(): void {
    const { database, log } = this.stage;
    const again = new Database(new SessionTracker(tickMs, 0), true, () => 0);
    let mismatches = 0;
    again.onDigestMismatch = () => (mismatches += 1);
    for (const entry of log.entries) again.replay(entry);
    if (mismatches > 0 || again.tree.digest.value !== database.tree.digest.value)
      throw new FuzzFault('the log makes another tree than the one that was served');
    if (again.sessions.size !== database.sessions.size)
      throw new FuzzFault(
        `the log makes ${again.sessions.size} sessions, ${database.sessions.size} were served`,
      );
  }
}

export const frames: FuzzTarget = {
  name: 'frames',
  share: 60,
  round(random, cases) {
    const round = new FrameRound(random);
    for (let index = 0; index < cases; index += 1) round.step();
    round.finish();
  },
};
