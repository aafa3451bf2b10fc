import { expect, test } from 'vitest';
import { errorCodes } from '@/lib/protocol/errors';
import type { OpName } from '@/lib/protocol/ops';
import { ReadOnlyPath } from '@/server/processors/read-only-path';
import { sessionPassword } from '@/server/session/session-password';
import { Stage } from './stage';

/** A member that was in a quorum, with /a and one global session, and is cut off now. */
function cutOff(hasLocalSessions: boolean): { stage: Stage; globalId: bigint } {
  const stage = new Stage({ hasLocalSessions: false });
  const writer = stage.session();
  writer.create('/a');
  stage.log.sync();
  const globalId = writer.client.session!.sessionId;
  const alone = new Stage({ hasLocalSessions }, stage.database);
  alone.pipeline.serve(new ReadOnlyPath(alone.pipeline));
  return { stage: alone, globalId };
}

test('who does not take a read-only server is sent away without an answer', () => {
  const { stage } = cutOff(true);
  const client = stage.client();
  client.connect({ readOnly: false });
  expect(client.takeRaw()).toEqual([]);
  expect(client.dropped).toContain('read-only');
});

test('who takes it reads, and is told in the handshake', () => {
  const { stage } = cutOff(true);
  const client = stage.client();
  client.connect({ readOnly: true });
  expect(client.takeRaw()[0]!.at(-1)).toBe(1);
  client.read('getData', '/a');
  expect(client.take()).toMatchObject([{ err: 0, zxid: 2n }]);
  client.send('closeSession');
  expect(client.take()).toMatchObject([{ err: 0, zxid: 2n }]);
  expect(client.ended).toBe(true);
});

const refusedOps: OpName[] = [
  'create',
  'create2',
  'createContainer',
  'createTTL',
  'delete',
  'deleteContainer',
  'setData',
  'setACL',
  'multi',
  'check',
  'reconfig',
  'sync',
];

test.each(refusedOps)('%s is refused, and reads go on behind it', (op) => {
  const { stage } = cutOff(true);
  const client = stage.client();
  client.connect({ readOnly: true });
  client.takeRaw();
  const xid = client.send(op);
  const read = client.read('exists', '/a');
  expect(client.take()).toMatchObject([
    { xid, err: errorCodes.NOTREADONLY, zxid: 2n },
    { xid: read, err: 0 },
  ]);
  expect(stage.log.pending).toBe(0);
});

test('without local sessions there are no new ones: as in Apache, the refusal stands where the answer should', () => {
  const { stage } = cutOff(false);
  const client = stage.client();
  client.connect({ readOnly: true });
  expect(client.take()).toMatchObject([{ xid: 0, err: errorCodes.NOTREADONLY, zxid: 2n }]);
  expect(client.ended).toBe(true);
});

test('a session that the quorum may know is neither served nor called expired', () => {
  const { stage, globalId } = cutOff(true);
  for (const sessionId of [globalId, 0x0200_0000_0000_0001n]) {
    const client = stage.client();
    client.connect({ readOnly: true, sessionId, passwd: sessionPassword(sessionId) });
    expect(client.takeRaw()).toEqual([]);
    expect(client.dropped).not.toBeNull();
  }
});
