import { createServer, type AddressInfo } from 'node:net';

/**
 * `count` loopback ports that were free a moment ago. All are held until the last is found, so they differ. Another
 * process may still take one in between; a server under test that fails to bind says so and the test fails loudly.
 */
export async function freePorts(count: number): Promise<number[]> {
  const holders = await Promise.all(
    Array.from({ length: count }, async () => {
      const holder = createServer();
      await new Promise<void>((resolve, reject) => {
        holder.once('error', reject);
        holder.listen(0, '127.0.0.1', resolve);
      });
      return holder;
    }),
  );
  const ports = holders.map((holder) => (holder.address() as AddressInfo).port);
  await Promise.all(holders.map((holder) => new Promise((resolve) => holder.close(resolve))));
  return ports;
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

/** Distances of an ensemble's ports from its first client port: four for clients, peers and elections each. */
const ensembleOffsets = [0, 7, 1007].flatMap((first) => [0, 1, 2, 3].map((index) => first + index));

function isFree(port: number): Promise<boolean> {
  const holder = createServer();
  return new Promise((resolve) => {
    holder.once('error', () => resolve(false));
    holder.listen(port, '127.0.0.1', () => holder.close(() => resolve(true)));
  });
}

/** The first client port for `npm start` with its ensemble: all twelve ports that follow from it were free a moment ago. */
export async function ensemblePorts(): Promise<number> {
  for (;;) {
    // Below the range that the system gives out by itself.
    const base = 10_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all(ensembleOffsets.map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
}
