import { connect } from 'node:net';

/** Sends a four-letter word and reads the answer to its end, as `nc` does. */
export function fourLetter(
  port: number,
  word: string,
  timeoutMs = 10_000,
  host = '127.0.0.1',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host, port }, () => socket.write(word));
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`${word}: no answer in ${timeoutMs} ms`)));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('close', (failed) => {
      if (!failed) resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
}

/** The numbers and words of `mntr` by key, without the `zk_` prefix. */
export async function mntr(port: number): Promise<Map<string, string>> {
  const text = await fourLetter(port, 'mntr');
  return new Map(
    text
      .split('\n')
      .filter((line) => line.startsWith('zk_'))
      .map((line) => line.slice(3).split('\t') as [string, string]),
  );
}
