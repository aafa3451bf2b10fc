/** Tries `attempt` until it returns something other than undefined; an attempt that throws counts as not yet. */
export async function until<Value>(
  what: string,
  attempt: () => Promise<Value | undefined> | Value | undefined,
  timeoutMs = 30_000,
  everyMs = 50,
): Promise<Value> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await attempt();
      if (value !== undefined) return value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`${what}: not within ${timeoutMs} ms`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
