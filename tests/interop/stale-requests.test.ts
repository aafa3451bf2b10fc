import { expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { ops } from '@/lib/protocol/ops';
import { createRequest, requestHeader } from '@/lib/protocol/proto';
import { mntr } from '../support/four-letter';
import { memberKinds, startMember } from '../support/member';
import { Stage } from '../support/stage';
import { until } from '../support/wait';

/** Requests of a client that is gone while they wait for request_throttle_max_requests, at both servers. */

/** Few enough to be read at once, and so many that they are not done before their client is gone. */
const count = 900;

/** So many creates below /s in one segment. */
function creates(): Buffer {
  const frames = Array.from({ length: count }, (_, index) => {
    const body = Buffer.concat([
      requestHeader.encode({ xid: index + 1, type: ops.create.code }),
      createRequest.encode({ path: `/s/${index}`, data: null, acl: [...openAcl], flags: 0 }),
    ]);
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length);
    return Buffer.concat([length, body]);
  });
  return Buffer.concat(frames);
}

interface Left {
  readonly made: number;
  readonly stale: number;
  readonly dropped: number;
}

async function sendAndLeave(kind: 'apache' | 'zoodeck', settings: Record<string, boolean>): Promise<Left> {
  const config = { request_throttle_max_requests: 1, request_throttle_stall_time: 1, ...settings };
  const member = await startMember(kind, { config });
  const stage = new Stage(member.port);
  try {
    await stage.open('a');
    await stage.call('a', 'create', { path: '/s', data: null, acl: [...openAcl], flags: 0 });
    await stage.open('b');
    stage.write('b', creates());
    const figures = async (): Promise<Left> => {
      const values = await mntr(member.port);
      const [made, stale, dropped] = ['znode_count', 'stale_requests', 'stale_requests_dropped'].map((key) =>
        Number(values.get(key)),
      );
      return { made: made! - 6, stale: stale!, dropped: dropped! };
    };
    await until('the first is done', async () => ((await figures()).made > 0 ? true : undefined), 30_000, 2);
    stage.drop('b');
    let last = -1;
    return await until(`what ${kind} makes of it has ended`, async () => {
      const now = await figures();
      // What Apache has not read by then is lost with the connection.
      const isOver = now.made === count || (now.dropped + now.stale > 0 && now.made === last);
      last = now.made;
      return isOver ? now : undefined;
    });
  } finally {
    stage.leave();
    await member.stop();
  }
}

for (const kind of memberKinds) {
  test(`${kind} drops them, counted once a connection`, async () => {
    const { made, stale, dropped } = await sendAndLeave(kind, {});
    expect(made).toBeLessThan(count);
    expect([stale, dropped]).toEqual([0, 1]);
  });

  test(`${kind} does them where they are not to be dropped, and counts them`, async () => {
    const { made, stale, dropped } = await sendAndLeave(kind, { request_throttle_drop_stale: false });
    if (kind === 'zoodeck') expect(made).toBe(count);
    expect(stale).toBeGreaterThan(0);
    expect(dropped).toBe(0);
  });
}

test('they are done where a closed connection makes none stale', async () => {
  const settings = { request_stale_connection_check: false };
  const { made, stale, dropped } = await sendAndLeave('zoodeck', settings);
  expect([made, stale, dropped]).toEqual([count, 0, 0]);
});
