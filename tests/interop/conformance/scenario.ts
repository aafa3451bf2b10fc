import type { RecordCodec } from '@/lib/jute/codec';
import { JuteWriter } from '@/lib/jute/writer';
import { openAcl } from '@/lib/protocol/data';
import { ops, type OpName } from '@/lib/protocol/ops';
import { multiHeader } from '@/lib/protocol/proto';
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

/** The body of a multi, also of operations that multi may not hold. */
export function foreign(items: readonly (readonly [OpName, Record<string, unknown>])[]): Buffer {
  const writer = new JuteWriter();
  for (const [op, body] of items) {
    multiHeader.write(writer, { type: ops[op].code, done: false, err: -1 });
    const codec: RecordCodec<Record<string, unknown>> | null = ops[op].request;
    codec?.write(writer, body);
  }
  multiHeader.write(writer, { type: -1, done: true, err: -1 });
  return writer.take();
}
