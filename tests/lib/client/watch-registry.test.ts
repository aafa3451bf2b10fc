import { expect, test } from 'vitest';
import { WatchRegistry } from '@/lib/client/watch-registry';
import { JuteReader } from '@/lib/jute/reader';
import { ops } from '@/lib/protocol/ops';
import * as proto from '@/lib/protocol/proto';

function decoded(frame: Buffer) {
  const reader = new JuteReader(frame, 4);
  const header = proto.requestHeader.read(reader);
  expect(frame.readInt32BE(0)).toBe(frame.length - 4);
  expect(header.xid).toBe(proto.xids.setWatches);
  const body =
    header.type === ops.setWatches2.code ? proto.setWatches2.read(reader) : proto.setWatches.read(reader);
  expect(reader.remaining).toBe(0);
  return { type: header.type, body };
}

test('one-time watches alone use the old request, which every member knows', () => {
  const registry = new WatchRegistry();
  registry.add('data', '/a');
  registry.add('exist', '/b');
  registry.add('child', '/c');
  const [frame, ...rest] = registry.frames(7n);
  expect(rest).toEqual([]);
  expect(decoded(frame!)).toEqual({
    type: ops.setWatches.code,
    body: { relativeZxid: 7n, dataWatches: ['/a'], existWatches: ['/b'], childWatches: ['/c'] },
  });
});

test('persistent ones need the newer request, survive their events, and leave when removed', () => {
  const registry = new WatchRegistry();
  registry.add('persistentRecursive', '/a');
  registry.add('persistent', '/b');
  registry.add('data', '/a');
  registry.fired(proto.eventTypes.NodeDataChanged, '/a');
  expect(decoded(registry.frames(0n)[0]!).body).toMatchObject({
    dataWatches: [],
    persistentWatches: ['/b'],
    persistentRecursiveWatches: ['/a'],
  });
  registry.removeAll('/b');
  registry.clearPersistent();
  expect(registry.size).toBe(0);
  expect(registry.frames(0n)).toEqual([]);
});

test('a deletion consumes what watched the node and its children; a change of children only those', () => {
  const registry = new WatchRegistry();
  for (const kind of ['data', 'child'] as const) registry.add(kind, '/a');
  registry.fired(proto.eventTypes.NodeChildrenChanged, '/a');
  expect(registry.size).toBe(1);
  registry.add('child', '/a');
  registry.fired(proto.eventTypes.NodeDeleted, '/a');
  expect(registry.size).toBe(0);
});

test('many watches are sent in frames far below jute.maxbuffer, none twice and none missing', () => {
  const registry = new WatchRegistry();
  const paths = Array.from({ length: 5_000 }, (_, index) => `/a/rather/long/path/to/a/watched/node/${index}`);
  for (const path of paths) registry.add('persistent', path);
  const frames = registry.frames(1n);
  expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThan(140_000);
  const sent = frames.flatMap((frame) => (decoded(frame).body as proto.SetWatches2).persistentWatches);
  expect(sent).toEqual(paths);
});
