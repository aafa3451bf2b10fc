import { openAcl } from '@/lib/protocol/data';
import type { Stage } from '../../support/stage';

/** One conversation, played against two servers whose transcripts must be equal. */
export interface Scenario {
  readonly name: string;
  readonly play: (stage: Stage) => Promise<void>;
}

export function scenario(name: string, play: (stage: Stage) => Promise<void>): Scenario {
  return { name, play };
}

/** A create request's fields with the usual values. */
export function node(path: string, data: string | null = '', flags = 0, acl = openAcl) {
  return { path, data: data === null ? null : Buffer.from(data), acl, flags };
}
