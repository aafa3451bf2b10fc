import net from 'node:net';
import tls, { type SecureContextOptions } from 'node:tls';

/**
 * Sends a four-letter word and resolves with the whole answer; rejects when it does not come within `timeoutMs`. With `keys`
 * it comes over TLS, and whoever is there is believed: it is asked how it is, and told nothing.
 */
export function askFourLetterWord(
  host: string,
  port: number,
  word: string,
  timeoutMs: number,
  keys: SecureContextOptions | null = null,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const place = { host, port };
    const socket: net.Socket =
      keys === null
        ? net.connect(place, () => socket.end(word))
        : tls.connect({ ...place, ...keys, rejectUnauthorized: false }, () => socket.write(word));
    const chunks: Buffer[] = [];
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}
