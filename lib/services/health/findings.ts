import type { EnsembleFinding } from '@/lib/api/ensemble';
import type { Member } from '@/lib/base/connection-string';
import { type EnsembleConfig, serverOfMember } from '../probes/ensemble-config';

/** The connection string and the members' own numbers against the ensemble's configuration. Pure. */

export interface Numbered {
  readonly name: string;
  readonly member: Member;
  /** Its `myid`, as it tells; null where it does not. */
  readonly myid: string | null;
}

/** Members of which `findingsOf` can find nothing: they do not tell their number, or no server line stands beside it. */
export function unjudgedOf(members: readonly Numbered[], config: EnsembleConfig | null): string[] {
  // A standalone server has the number 0 and no line.
  return members
    .filter(({ myid }) => myid === null || (config === null && myid !== '0'))
    .map(({ name }) => name);
}

export function findingsOf(
  members: readonly Numbered[],
  config: EnsembleConfig | null,
  unlisted: readonly string[],
): EnsembleFinding[] {
  const findings: EnsembleFinding[] = unlisted.map((member) => ({
    kind: 'unlisted',
    member,
    is: null,
    expected: null,
  }));
  for (const { name, member, myid } of members) {
    const twin = members.find((other) => other.name !== name && other.myid === myid);
    if (myid !== null && twin !== undefined && myid !== '0')
      findings.push({ kind: 'sameId', member: name, is: myid, expected: null });
    if (config === null) continue;
    const server = serverOfMember(config, member);
    if (server !== null && myid !== null && server.id !== myid)
      findings.push({ kind: 'myid', member: name, is: myid, expected: server.id });
    if (myid !== null && !config.servers.some(({ id }) => id === myid))
      findings.push({ kind: 'foreign', member: name, is: myid, expected: null });
  }
  return findings;
}
