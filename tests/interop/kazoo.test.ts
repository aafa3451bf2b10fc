import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMember, type Member } from '../support/member';
import { runKazoo } from '../support/python';

// kazoo, the Python client, gets the same answers from our server as from Apache's: each script prints what it found.
let apache: Member;
let ours: Member;

beforeAll(async () => {
  [apache, ours] = await Promise.all([startMember('apache'), startMember('zoodeck')]);
});
afterAll(async () => {
  await Promise.all([apache?.stop(), ours?.stop()]);
});

for (const script of ['nodes.py', 'watches.py', 'sessions.py']) {
  test(`kazoo ${script}`, async () => {
    const [expected, actual] = await Promise.all([
      runKazoo(script, [apache.address]),
      runKazoo(script, [ours.address]),
    ]);
    expect(actual).toBe(expected);
  });
}
