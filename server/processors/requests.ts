import { JuteError } from '@/lib/jute/error';
import type { JuteReader } from '@/lib/jute/reader';
import { readAskedAcl, type Id } from '@/lib/protocol/data';
import { reconfigRequest } from '@/lib/protocol/proto';
import type { Session } from '@/server/session/session-tracker';
import type { AskedWrite } from './audit';
import type { CreateFields } from './create-kinds';

/** A write as prep takes it. `body` is null for what the server asks of itself. */
export interface WriteRequest {
  readonly type: number;
  readonly xid: number;
  readonly sessionId: bigint;
  /** null for a session about to be made, and for the server's own deletions. */
  readonly session: Session | null;
  /** Why nothing is done for its session, such as SESSIONMOVED where another server serves it; 0 for no reason. */
  readonly fault: number;
  /** As `fault`, for ephemeral znodes: a local session cannot own any. */
  readonly ephemeralFault: number;
  readonly authInfo: readonly Id[];
  readonly body: JuteReader | null;
  /** What the audit log is to tell of it; null or absent for nothing. */
  readonly asked?: AskedWrite | null;
}

/** What nearly every request has against it. */
export const noFaults = { fault: 0, ephemeralFault: 0 } as const;

/** Whether a reconfig's body decodes. */
export function isReconfig(body: JuteReader): boolean {
  try {
    reconfigRequest.read(body);
    return true;
  } catch (error) {
    if (!(error instanceof JuteError)) throw error;
    return false;
  }
}

/** The body of any of the creates; createTTL's has a TTL behind it. */
export function readCreate(reader: JuteReader, hasTtl = false): CreateFields {
  const path = reader.ustring();
  const data = reader.buffer();
  const acl = readAskedAcl(reader);
  const flags = reader.int();
  return hasTtl ? { path, data, acl, flags, ttl: reader.long() } : { path, data, acl, flags };
}
