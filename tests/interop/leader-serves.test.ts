import { expect, test } from 'vitest';
import { openAcl } from '@/lib/protocol/data';
import { MixedEnsemble } from '../support/ensemble-members';
import { memberKinds } from '../support/member';
import { Stage } from '../support/stage';
import { untilTestEnds } from '../support/test-ensemble';
import { until } from '../support/wait';

/** leaderServes=no, ours and Apache's: the leader takes no clients in, and does all else that a leader does. */

test.each(memberKinds)(
  'a leader (%s) that does not serve lets clients go, and ends sessions',
  async (kind) => {
    const ensemble = untilTestEnds(
      await MixedEnsemble.prepare({ kinds: [kind, kind, kind], config: { leaderServes: 'no' } }),
    );
    const [one, two, three] = [1, 2, 3].map((id) => ensemble.member(id));
    // These two must both agree on the greater.
    await Promise.all([one!.start(), three!.start()]);
    expect(await one!.serving()).toBe('follower');
    await two!.start();
    expect(await two!.serving()).toBe('follower');

    expect(await three!.word('srvr')).toBe('This ZooKeeper instance is not currently serving requests\n');
    const turnedAway = new Stage(three!.port);
    await turnedAway.open('client', { readOnly: false, timeOut: 4_000 });
    await turnedAway.expectClosed('client');
    expect(turnedAway.session('client').sessionId).toBe(0n);

    const leaving = new Stage(one!.port);
    await leaving.open('client', { readOnly: false, timeOut: 2_000 });
    await leaving.call('client', 'create', { path: '/e', data: null, acl: [...openAcl], flags: 1 });
    const staying = ensemble.client([2]);
    await staying.sync('/e');
    expect((await staying.exists('/e')).value).not.toBeNull();
    leaving.drop('client');
    await until('the session is over', async () =>
      (await staying.exists('/e')).value === null ? true : undefined,
    );
  },
);
