import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JuteReader } from '@/lib/jute/reader';
import { JuteWriter } from '@/lib/jute/writer';
import type { Acl } from '@/lib/protocol/data';
import type { MultiOp } from '@/lib/protocol/multi';
import { createRequest, setAclRequest } from '@/lib/protocol/proto';
import { Database } from '@/server/processors/database';
import { SessionTracker } from '@/server/session/session-tracker';
import type { DataTree } from '@/server/tree/data-tree';
import { column } from '@/server/tree/node-store';
import { nodeCrc } from '@/server/tree/tree-digest';
import { Stage, type TestClient } from './stage';

/**
 * Random requests of several sessions, synced in random groups; then what makes the tree a replicated state machine must
 * hold: the digest foretold is the digest found, a log makes the same tree again, and so does any snapshot with the log.
 */

const open: Acl[] = [{ perms: 31, scheme: 'world', id: 'anyone' }];
const readOnly: Acl[] = [{ perms: 17, scheme: 'world', id: 'anyone' }];
const names = ['/a', '/b', '/a/x', '/a/y', '/a/x/1', '/b/z'];
const path = fc.constantFrom(...names);
const version = fc.constantFrom(-1, -1, 0, 1, 2);
const acl = fc.constantFrom(open, open, open, readOnly);
/** Values differ by length and content; that is all that matters of them. */
const value = fc.tuple(fc.nat(40), fc.nat(255)).map(([length, byte]) => Buffer.alloc(length, byte));
const client = fc.nat(2);

type Step =
  | { kind: 'request'; client: number; op: MultiOp }
  | { kind: 'setAcl'; client: number; path: string; acl: Acl[]; version: number }
  | { kind: 'multi'; client: number; ops: MultiOp[] }
  | { kind: 'close'; client: number }
  | { kind: 'sync'; count: number };

const operation: fc.Arbitrary<MultiOp> = fc.oneof(
  fc.record({
    op: fc.constantFrom('create' as const, 'create' as const, 'createContainer' as const),
    path,
    data: fc.option(value),
    acl,
    flags: fc.constantFrom(0, 0, 0, 1, 2, 3),
  }),
  fc.record({ op: fc.constant('delete' as const), path, version }),
  fc.record({
    op: fc.constant('setData' as const),
    path,
    data: value,
    version,
  }),
);
const check: fc.Arbitrary<MultiOp> = fc.record({ op: fc.constant('check' as const), path, version });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('request' as const), client, op: operation }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('setAcl' as const), client, path, acl, version }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('multi' as const),
      client,
      ops: fc.array(fc.oneof({ weight: 4, arbitrary: operation }, { weight: 1, arbitrary: check }), {
        maxLength: 5,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), client }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sync' as const), count: fc.nat(6) }) },
);

function send(to: TestClient, op: MultiOp): void {
  if (op.op === 'create') to.create(op.path, op);
  else if (op.op === 'createContainer')
    to.send('createContainer', createRequest.encode({ ...op, acl: [...op.acl] }));
  else if (op.op === 'delete') to.delete(op.path, op.version);
  else if (op.op === 'setData') to.setData(op.path, op.data?.toString() ?? '', op.version);
}

function perform(stage: Stage, clients: TestClient[], current: Step): void {
  if (current.kind === 'sync') return stage.log.sync(Math.min(current.count, stage.log.pending));
  stage.wallMs += 7;
  const from = clients[current.client]!;
  if (current.kind === 'request') send(from, current.op);
  else if (current.kind === 'multi') from.multi(current.ops);
  else if (current.kind === 'setAcl') from.send('setACL', setAclRequest.encode(current));
  else {
    from.send('closeSession');
    stage.log.sync();
    clients[current.client] = stage.session();
  }
}

/** Every node with all its fields, sorted: equal for equal trees. */
function describeTree(tree: DataTree): string[] {
  const { nodes } = tree;
  return [...nodes.walk()]
    .map((slot) => {
      const stat = Array.from({ length: 15 }, (_, index) => nodes.get(slot, index));
      const data = nodes.data(slot)?.toString('hex') ?? 'null';
      const acl = JSON.stringify(tree.acl(slot));
      return `${nodes.path(slot)} ${data} ${acl} ${stat.join(',')} ${nodes.get(slot, column.numChildren)}`;
    })
    .sort();
}

function digestFromScratch(tree: DataTree): bigint {
  const { nodes } = tree;
  let sum = 0n;
  for (const slot of nodes.walk()) {
    const crc = nodeCrc(nodes.path(slot), nodes.data(slot), nodes.row(slot), nodes.base(slot));
    sum += BigInt(crc >>> 0);
  }
  return BigInt.asIntN(64, sum);
}

const emptyDatabase = () => new Database(new SessionTracker(2_000, 0), true, () => 0);

function replayed(entries: readonly Buffer[], into = emptyDatabase()): Database {
  const mismatches: bigint[] = [];
  into.onDigestMismatch = (zxid) => mismatches.push(zxid);
  for (const entry of entries) into.replay(entry);
  expect(mismatches).toEqual([]);
  return into;
}

/** Restores the nodes a cursor wrote, then replays what was logged after its zxid. */
function restored(from: SnapshotInTheMaking, entries: readonly Buffer[]): Database {
  const database = emptyDatabase();
  const sink = database.beginRestore();
  const { cursor, writer } = from;
  for (const { sessionId, timeoutMs } of cursor.sessions) sink.session(sessionId, timeoutMs);
  for (const { aclId, acl: list } of cursor.acls) sink.acl(aclId, list);
  const reader = new JuteReader(writer.take());
  while (reader.remaining > 0) sink.node(reader.ustring()!, reader);
  const { zxid, treeDigest } = cursor.digest();
  sink.digest(zxid, treeDigest);
  sink.finish(cursor.zxid);
  return replayed(
    entries.filter((entry) => entry.readBigInt64BE(12) > cursor.zxid),
    database,
  );
}

interface SnapshotInTheMaking {
  readonly cursor: ReturnType<Database['beginSnapshot']>;
  readonly writer: JuteWriter;
}

describe('whatever clients ask, in whatever groups it reaches the disk', () => {
  test('digests agree, and log and fuzzy snapshots rebuild the same tree', () => {
    const property = fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), fc.nat(), (steps, when) => {
      const stage = new Stage();
      const mismatches: bigint[] = [];
      stage.database.onDigestMismatch = (zxid) => mismatches.push(zxid);
      const clients = [stage.session(), stage.session(), stage.session()];
      let snapshot: SnapshotInTheMaking | null = null;
      steps.forEach((current, index) => {
        perform(stage, clients, current);
        if (index === when % steps.length) {
          snapshot = { cursor: stage.database.beginSnapshot(), writer: new JuteWriter() };
        }
        // One node a step: the walk is overtaken by everything that follows.
        snapshot?.cursor.writeNodes(snapshot.writer, 1);
      });
      stage.log.sync();
      const making = snapshot as SnapshotInTheMaking | null;
      while (making?.cursor.writeNodes(making.writer, 1)) continue;

      const { tree, sessions } = stage.database;
      expect(mismatches).toEqual([]);
      expect(tree.digest.value).toBe(digestFromScratch(tree));
      expect(stage.prep.changes.digest.value).toBe(tree.digest.value);
      expect(stage.prep.changes.size).toBe(0);
      expect(stage.pipeline.outstanding).toBe(0);

      const expected = describeTree(tree);
      const again = replayed(stage.log.entries);
      expect(describeTree(again.tree)).toEqual(expected);
      expect([...again.sessions.all()].length).toBe(sessions.size);
      expect(again.tree.ephemeralsCount).toBe(tree.ephemeralsCount);
      expect(describeTree(restored(making!, stage.log.entries).tree)).toEqual(expected);
    });
    fc.assert(property, { numRuns: 400 });
  });
});

test('ephemerals of sessions that are gone do not come back with the data', () => {
  const stage = new Stage();
  const owner = stage.session();
  owner.create('/e', { flags: 1 });
  owner.create('/p');
  stage.log.sync();
  const entries = stage.log.entries.slice(1);
  const database = replayed(entries);
  expect(database.tree.nodes.find('/e')).not.toBe(-1);
  database.recovered();
  expect(database.tree.nodes.find('/e')).toBe(-1);
  expect(database.tree.nodes.find('/p')).not.toBe(-1);
});

test('the usage of a quota counts a change once, though a snapshot held the usage after it and the log replays it', () => {
  const stage = new Stage();
  const client = stage.session();
  client.create('/q', { data: Buffer.from('12') });
  for (const path of ['/zookeeper/quota/q', '/zookeeper/quota/q/zookeeper_limits']) client.create(path);
  client.create('/zookeeper/quota/q/zookeeper_stats');
  stage.log.sync();
  const snapshot = { cursor: stage.database.beginSnapshot(), writer: new JuteWriter() };
  client.create('/q/a', { data: Buffer.from('345') });
  stage.log.sync();
  while (snapshot.cursor.writeNodes(snapshot.writer, 1)) continue;
  const usage = ({ tree }: Database) =>
    tree.nodes.data(tree.nodes.find('/zookeeper/quota/q/zookeeper_stats'))?.toString();
  expect(usage(stage.database)).toBe('count=2,bytes=5');
  expect(usage(restored(snapshot, stage.log.entries))).toBe('count=2,bytes=5');
});
