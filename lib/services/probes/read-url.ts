import 'server-only';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { lookup } from '@/lib/client/lookup';
import type { ClusterTls } from '@/lib/config/settings';
import { connectionTls } from '../clusters/tls';

export interface UrlLimits {
  /** For the whole request. */
  readonly timeoutMs: number;
  readonly bytesMax: number;
}

/** An answer that is none: another status, or longer than is read. */
export class UrlFault extends Error {
  override readonly name = 'UrlFault';
}

/** The body of a 200; redirects are not followed. Over https the cluster's own authority and certificate count. */
export async function readUrl(
  url: URL,
  clusterTls: ClusterTls | null,
  limits: UrlLimits,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ text: string; bytes: number }> {
  const { ca, cert, key } = connectionTls(clusterTls) ?? { ca: null, cert: null, key: null };
  const request = url.protocol === 'https:' ? https.get : http.get;
  const options = {
    lookup,
    headers,
    agent: false,
    signal: AbortSignal.timeout(limits.timeoutMs),
    ca: ca ?? undefined,
    cert: cert ?? undefined,
    key: key ?? undefined,
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, options, resolve).once('error', reject);
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the response, and with it the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (response.statusCode !== 200) throw new UrlFault(`answers with status ${response.statusCode}`);
    if (bytes > limits.bytesMax) throw new UrlFault(`answers with more than ${limits.bytesMax} bytes`);
    chunks.push(chunk);
  }
  if (response.statusCode !== 200) throw new UrlFault(`answers with status ${response.statusCode}`);
  return { text: Buffer.concat(chunks).toString('utf8'), bytes };
}
