import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { ZooKeeperClient } from '@/lib/client/client';
import type { EnsembleMember, EnsembleOptions, MixedEnsemble } from './ensemble-members';
import type { MemberKind } from './member';
import { startEnsemble } from './test-ensemble';
import { until } from './wait';

/** Ensembles whose members may be changed while they serve, and what is looked at around a change. */

export const superAuth = 'super:secret';
const superDigest = `super:${createHash('sha1').update(superAuth).digest('base64')}`;

/** Options of an ensemble whose members the superuser may change. */
export function reconfigurable(
  kinds: readonly MemberKind[],
  more: Omit<EnsembleOptions, 'kinds'> = {},
): EnsembleOptions {
  return {
    kinds,
    clientPortInLine: true,
    properties: [`-Dzookeeper.DigestAuthenticationProvider.superDigest=${superDigest}`],
    ...more,
    config: { reconfigEnabled: true, ...more.config },
  };
}

/** One that serves, for the present test. */
export async function startReconfigurable(
  kinds: readonly MemberKind[],
  more: Omit<EnsembleOptions, 'kinds'> = {},
): Promise<MixedEnsemble> {
  return startEnsemble(reconfigurable(kinds, more));
}

/** A session that may write the configuration. */
export function superClient(ensemble: MixedEnsemble, ids?: readonly number[]): ZooKeeperClient {
  const client = ensemble.client(ids);
  client.addAuthInfo('digest', Buffer.from(superAuth));
  return client;
}

/** The text of the configuration at one member, by a session of its own. */
async function configAt(ensemble: MixedEnsemble, member: EnsembleMember): Promise<string> {
  const client = ensemble.client([member.id]);
  try {
    return (await client.getConfig()).value.data?.toString() ?? '';
  } finally {
    client.close();
  }
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('server.'));

/** Waits until every running member has these lines, and all the same version; the whole text. */
export async function untilMembers(ensemble: MixedEnsemble, lines: readonly string[]): Promise<string> {
  const running = ensemble.members.filter((member) => member.running);
  return until(`all members have ${lines.join(' ')}`, async () => {
    const [first = '', ...others] = await Promise.all(running.map((member) => configAt(ensemble, member)));
    const agree = others.every((text) => text === first);
    return agree && linesOf(first).join() === lines.join() ? first : undefined;
  });
}

/** The configuration files of a member by name, free of what differs between members and between runs of Apache's writer. */
export function configFiles(ensemble: MixedEnsemble, { id }: EnsembleMember): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of fs.readdirSync(ensemble.home).sort()) {
    if (!name.startsWith(`zoo${id}.cfg`)) continue;
    const text = fs.readFileSync(`${ensemble.home}/${name}`, 'utf8');
    const isStatic = name === `zoo${id}.cfg`;
    // Apache writes the settings in the order of a hash table.
    const ordered = isStatic ? text.split('\n').sort().join('\n') : text;
    found[name.slice(`zoo${id}`.length)] = ordered
      .replaceAll(`zoo${id}.cfg`, 'zoo.cfg')
      .replaceAll(`${ensemble.home}/data${id}`, 'data');
  }
  return found;
}
