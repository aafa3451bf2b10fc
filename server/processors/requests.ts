import { JuteError } from '@/lib/jute/error';
import type { JuteReader } from '@/lib/jute/reader';
import { askedAclList, openAcl, type AskedAcl, type Id } from '@/lib/protocol/data';
import { JuteWriter } from '@/lib/jute/writer';
import { reconfigRequest } from '@/lib/protocol/proto';
import type { Session } from '@/server/session/session-tracker';
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
}

/** What nearly every request has against it. */
export const noFaults = { fault: 0, ephemeralFault: 0 } as const;

/** A path where the records forbid null (the codecs' `text`), read without their loop. */
export function readPath(reader: JuteReader): string {
  const at = reader.offset;
  const path = reader.ustring();
  if (path === null) throw new JuteError('null where a path is required', at);
  return path;
}

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

const openAclBytes = ((): Buffer => {
  const writer = new JuteWriter();
  askedAclList.write(writer, [...openAcl]);
  return writer.take();
})();

/** An ACL; the open one, which nearly every create carries, is recognised by its bytes. */
export function readAcl(reader: JuteReader): readonly AskedAcl[] {
  const { bytes, offset } = reader;
  if (reader.remaining >= openAclBytes.length) {
    let same = 0;
    while (same < openAclBytes.length && bytes[offset + same] === openAclBytes[same]) same += 1;
    if (same === openAclBytes.length) {
      reader.offset = offset + same;
      return openAcl;
    }
  }
  return askedAclList.read(reader);
}

/** The body of any of the creates; createTTL's has a TTL behind it. */
export function readCreate(reader: JuteReader, hasTtl = false): CreateFields {
  const path = reader.ustring();
  const data = reader.buffer();
  const acl = readAcl(reader);
  const flags = reader.int();
  return hasTtl ? { path, data, acl, flags, ttl: reader.long() } : { path, data, acl, flags };
}
