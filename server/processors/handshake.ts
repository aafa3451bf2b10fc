import { JuteReader } from '@/lib/jute/reader';
import type { JuteWriter } from '@/lib/jute/writer';
import { connectRequest, connectResponse, type ConnectRequest } from '@/lib/protocol/proto';
import { passwordBytes, sessionPassword } from '@/server/session/session-password';
import type { PipelineSettings } from './settings';

/** The first frame of a connection: ConnectRequest, and from 3.4 clients on one more byte. */
export interface Handshake extends ConnectRequest {
  /** Whether the byte was there: the response has it only then, because old clients read by length. */
  readonly hasReadOnly: boolean;
  /** Whether a server that serves reads only will do. */
  readonly readOnly: boolean;
}

/** Throws JuteError for anything else. */
export function readHandshake(bytes: Buffer, start: number, end: number): Handshake {
  const reader = new JuteReader(bytes, start, end);
  const request = connectRequest.read(reader);
  const hasReadOnly = reader.remaining > 0;
  return { ...request, hasReadOnly, readOnly: hasReadOnly && bytes[reader.offset] !== 0 };
}

export function negotiateTimeout(askedMs: number, settings: PipelineSettings): number {
  return Math.min(Math.max(askedMs, settings.minSessionTimeoutMs), settings.maxSessionTimeoutMs);
}

export function passwordMatches(sessionId: bigint, password: Buffer | null): boolean {
  return password !== null && sessionId !== 0n && sessionPassword(sessionId).equals(password);
}

/**
 * The answer to a handshake; session 0 with no timeout says that the session is gone. `isReadOnly` is null where the client
 * sent no such byte. Returns its bytes.
 */
export function writeHandshakeReply(
  writer: JuteWriter,
  sessionId: bigint,
  timeoutMs: number,
  isReadOnly: boolean | null,
): number {
  const start = writer.size;
  writer.int(0);
  connectResponse.write(writer, {
    protocolVersion: 0,
    timeOut: timeoutMs,
    sessionId,
    passwd: sessionId === 0n ? Buffer.alloc(passwordBytes) : sessionPassword(sessionId),
  });
  if (isReadOnly !== null) writer.boolean(isReadOnly);
  const length = writer.size - start;
  writer.patchInt(start, length - 4);
  return length;
}
