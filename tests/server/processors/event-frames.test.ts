import { expect, test } from 'vitest';
import { eventTypes, replyHeader, replyHeaderBytes, watcherEvent } from '@/lib/protocol/proto';
import { EventFrames } from '@/server/processors/event-frames';

const { NodeCreated, NodeDataChanged } = eventTypes;

function told(frame: Buffer): readonly [type: number, path: string | null] {
  expect(frame.readInt32BE(0)).toBe(frame.length - 4);
  expect(replyHeader.decode(frame.subarray(4))).toEqual({ xid: -1, zxid: -1n, err: 0 });
  const { type, state, path } = watcherEvent.decode(frame.subarray(4 + replyHeaderBytes));
  expect(state).toBe(3);
  return [type, path];
}

test('an event is made once for all who are told of it, and what was made stays as it is', () => {
  const frames = new EventFrames();
  const first = frames.of(NodeDataChanged, '/a');
  expect(frames.of(NodeDataChanged, '/a')).toBe(first);
  const others = [
    frames.of(NodeCreated, '/a'),
    frames.of(NodeCreated, '/ä'),
    frames.of(NodeDataChanged, '/a'.repeat(500)),
  ];
  expect([first, ...others].map(told)).toEqual([
    [NodeDataChanged, '/a'],
    [NodeCreated, '/a'],
    [NodeCreated, '/ä'],
    [NodeDataChanged, '/a'.repeat(500)],
  ]);
});
