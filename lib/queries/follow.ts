/** When to ask again for what goes on at the server: a job, a search. */

const firstMs = 50;

/**
 * Most are done at once, and nobody should wait for a clock then; the longer one takes, the less an answer tells.
 * @param atMostMs the pace it comes to
 */
export function soonThenEvery(atMostMs: number, { dataUpdateCount }: { readonly dataUpdateCount: number }) {
  return Math.min(firstMs * 2 ** Math.max(0, dataUpdateCount - 1), atMostMs);
}
