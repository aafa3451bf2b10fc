/** The two clocks a server needs, so that tests can run on time of their own. */
export interface Clock {
  /** ms since 1970, for people and for the times in transactions. */
  wallMs(): number;
  /** ms that only go forward, for timeouts and latencies. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
