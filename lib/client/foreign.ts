import { isUtf8 } from 'node:buffer';
import { isReadable } from '@/lib/base/readable';
import { errorCodes } from '@/lib/protocol/errors';
import { replyHeaderBytes } from '@/lib/protocol/proto';

/** Content types of the TLS records that a server may begin with (an alert, a handshake), and their version's first byte. */
const tlsTypes: readonly (number | undefined)[] = [21, 22];
const tlsVersion = 3;
const sampledBytes = 1_000;
/** A character of UTF-8 that the end of the sample cuts has at most so many bytes in it. */
const cutBytesMax = 3;

/** What answers where a member should, told by the first bytes it sent, and what to do; null where nothing gives it away. */
export function foreignProtocol(first: Uint8Array): string | null {
  const text = Buffer.from(first.subarray(0, 16)).toString('latin1');
  if (text.startsWith('HTTP/'))
    return 'speaks HTTP, not ZooKeeper’s protocol: it may be the port of an AdminServer or of metrics; name the clientPort instead';
  if (tlsTypes.includes(first[0]) && first[1] === tlsVersion)
    return 'speaks TLS: it may be a secureClientPort; name the clientPort instead, or set tls for this cluster';
  if (text.startsWith('SSH-')) return 'speaks SSH, not ZooKeeper’s protocol; name the clientPort instead';
  return null;
}

/**
 * A member without a quorum answers who asks it for a session with the header of an error, in place of a session: only
 * local sessions need no quorum. Null for any other answer.
 */
export function refusedSession(first: Uint8Array): string | null {
  const frame = Buffer.from(first.buffer, first.byteOffset, first.length);
  if (frame.length !== 4 + replyHeaderBytes || frame.readInt32BE(0) !== replyHeaderBytes) return null;
  return frame.readInt32BE(frame.length - 4) === errorCodes.NOTREADONLY
    ? 'has no quorum, and opens no session even for reads: that takes localSessionsEnabled=true there'
    : null;
}

/** As `foreignProtocol` for the answer to a four-letter word, which is text. */
export function foreignAnswer(answer: Uint8Array): string | null {
  const known = foreignProtocol(answer);
  if (known !== null) return known;
  const sample = Buffer.from(answer.subarray(0, sampledBytes));
  const isText = [0, 1, 2, cutBytesMax].some((cut) =>
    isUtf8(sample.subarray(0, Math.max(0, sample.length - cut))),
  );
  return !isText || !isReadable(sample.toString('latin1'))
    ? 'answers with bytes that are not ZooKeeper’s: something else may listen there; name the clientPort instead'
    : null;
}
