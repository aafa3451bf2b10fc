import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMember, type Member, type MemberKind, type MemberOptions } from '../../support/member';
import { Stage } from '../../support/stage';
import { accessScenarios } from './access';
import { extendedOptions, extendedScenarios } from './extended';
import { frameScenarios } from './frames';
import { handshakeScenarios } from './handshake';
import { identityScenarios } from './identities';
import { nodeScenarios } from './nodes';
import { operationScenarios } from './operations';
import { pipelineScenarios } from './pipelines';
import { randomScenarios } from './random';
import { refusalScenarios } from './refusals';
import type { Scenario } from './scenario';
import { settingsGroups } from './settings';
import { transactionScenarios } from './transactions';
import { watchChangeScenarios } from './watch-changes';
import { watchScenarios } from './watches';
import { wordScenarios } from './words';

/**
 * The same bytes to Apache's server and to ours; the answers must be the same, field by field, in the same order.
 * CONFORMANCE_AGAINST=apache plays Apache against itself, which shows whether a new scenario can be compared at all.
 */
const other: MemberKind = process.env.CONFORMANCE_AGAINST === 'apache' ? 'apache' : 'zoodeck';

type Groups = Readonly<Record<string, readonly Scenario[]>>;

/** Many scenarios outlast a session of the usual length and a container's first minute, whose end would take a zxid. */
const patient: MemberOptions = {
  config: { maxSessionTimeout: 600_000 },
  flags: ['-Dznode.container.checkIntervalMs=3600000'],
};
const patientGroups: Groups = {
  nodes: nodeScenarios,
  watches: watchScenarios,
  transactions: transactionScenarios,
  pipelines: pipelineScenarios,
  access: accessScenarios,
  operations: operationScenarios,
  refusals: refusalScenarios,
  frames: frameScenarios,
  'watch changes': watchChangeScenarios,
  identities: identityScenarios,
  conversations: randomScenarios,
};

/** What two servers of these options are asked, one group after another. */
const pairs: readonly (readonly [MemberOptions | undefined, Groups])[] = [
  [undefined, { words: wordScenarios }],
  [undefined, { handshake: handshakeScenarios }],
  [patient, patientGroups],
  ...Object.entries(settingsGroups).map(
    ([name, { options, scenarios }]) => [options, { [name]: scenarios }] as const,
  ),
  [extendedOptions, { extended: extendedScenarios }],
];

async function play(member: Member, one: Scenario): Promise<string> {
  const stage = new Stage(member.port);
  try {
    await one.play(stage);
  } catch (error) {
    // What was said so far shows where the conversation broke off.
    stage.say(`broken off: ${String(error)}`);
  } finally {
    stage.leave();
  }
  return stage.lines.join('\n');
}

for (const [options, groups] of pairs) {
  describe(`Apache's answers and ours: ${Object.keys(groups).join(', ')}`, () => {
    let apache: Member;
    let ours: Member;

    beforeAll(async () => {
      const members = (['apache', other] as const).map((kind) => startMember(kind, options));
      [apache, ours] = (await Promise.all(members)) as [Member, Member];
    });
    afterAll(async () => {
      await Promise.all([apache?.stop(), ours?.stop()]);
    });

    for (const [group, scenarios] of Object.entries(groups)) {
      test.each(scenarios)(`${group}: $name`, async (one) => {
        const [expected, actual] = await Promise.all([play(apache, one), play(ours, one)]);
        expect(expected).not.toContain('broken off');
        expect(actual).toBe(expected);
      });
    }
  });
}
