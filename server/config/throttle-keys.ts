import { int31, readersOf, type Read } from './readers';
import type { ThrottleConfig } from './server-config';

/** How much clients may ask at once: of requests (RequestThrottler), of large ones, of sessions (BlueThrottle). */

export interface ThrottleDraft {
  requestsMax: number;
  opWaitMs: number;
  dropsStale: boolean;
  isStaleUnconnected: boolean;
  isStaleOverdue: boolean;
  largeRequestBytes: number;
  largeRequestsBytesMax: number;
  tokens: number;
  fillTimeMs: number;
  fillCount: number;
  freezeTimeMs: number;
  dropIncrease: number;
  dropDecrease: number;
  decreaseRatio: number;
  isWeighted: boolean;
  globalWeight: number;
  localWeight: number;
  renewWeight: number;
}

export function throttleDefaults(): ThrottleDraft {
  return {
    requestsMax: 0,
    opWaitMs: 0,
    dropsStale: true,
    isStaleUnconnected: true,
    isStaleOverdue: false,
    largeRequestBytes: -1,
    largeRequestsBytesMax: 100 * 1024 * 1024,
    tokens: 0,
    fillTimeMs: 1,
    fillCount: 1,
    freezeTimeMs: -1,
    dropIncrease: 0.02,
    dropDecrease: 0.002,
    decreaseRatio: 0,
    isWeighted: false,
    globalWeight: 3,
    localWeight: 1,
    renewWeight: 2,
  };
}

const { number, flag } = readersOf<ThrottleDraft>();

const share =
  (field: 'dropIncrease' | 'dropDecrease' | 'decreaseRatio'): Read<ThrottleDraft> =>
  (draft, key, value, faults) => {
    const read = /^\+?(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : NaN;
    if (read >= 0 && read <= 1) draft[field] = read;
    else faults.add(`${key}=${value}: must be a number from 0 to 1, such as 0.02.`);
  };

/** System properties behind the prefix `zookeeper.`. */
export const throttlePropertyKeys: Record<string, Read<ThrottleDraft>> = {
  request_throttle_max_requests: number('requestsMax', 0, int31),
  // Whoever waits goes on the moment there is room: nothing is looked at again after a while.
  request_throttle_stall_time: () => {},
  request_throttle_drop_stale: flag('dropsStale'),
  request_stale_connection_check: flag('isStaleUnconnected'),
  request_stale_latency_check: flag('isStaleOverdue'),
  throttled_op_wait_time: number('opWaitMs', 0, int31),
  largeRequestThreshold: number('largeRequestBytes', -1, int31),
  largeRequestMaxBytes: number('largeRequestsBytesMax', 1, int31),
  connection_throttle_tokens: number('tokens', 0, int31),
  connection_throttle_fill_time: number('fillTimeMs', 1, int31),
  connection_throttle_fill_count: number('fillCount', 0, int31),
  connection_throttle_freeze_time: number('freezeTimeMs', -1, int31),
  connection_throttle_drop_increase: share('dropIncrease'),
  connection_throttle_drop_decrease: share('dropDecrease'),
  connection_throttle_decrease_ratio: share('decreaseRatio'),
  connection_throttle_weight_enabled: flag('isWeighted'),
  connection_throttle_global_session_weight: number('globalWeight', 1, int31),
  connection_throttle_local_session_weight: number('localWeight', 1, int31),
  connection_throttle_renew_session_weight: number('renewWeight', 1, int31),
};

/** Tokens are counted in sessions of the whole ensemble: weighted, one of those costs its weight in tokens. */
export function makeThrottle(draft: ThrottleDraft): ThrottleConfig {
  const { requestsMax, opWaitMs, largeRequestBytes, largeRequestsBytesMax, isWeighted, ...rest } = draft;
  const { dropsStale, isStaleUnconnected, isStaleOverdue } = draft;
  const local = draft.localWeight;
  const globalCost = Math.max(draft.globalWeight, local);
  const factor = isWeighted ? globalCost : 1;
  const { fillTimeMs, freezeTimeMs, dropIncrease, dropDecrease, decreaseRatio } = rest;
  return {
    requestsMax,
    opWaitMs,
    dropsStale,
    isStaleUnconnected,
    isStaleOverdue,
    largeRequestBytes,
    largeRequestsBytesMax,
    sessions: {
      tokens: draft.tokens * factor,
      fillCount: draft.fillCount * factor,
      fillTimeMs,
      freezeTimeMs,
      dropIncrease,
      dropDecrease,
      decreaseRatio,
      costs: isWeighted
        ? { global: globalCost, local, renewed: Math.max(draft.renewWeight, local) }
        : { global: 1, local: 1, renewed: 1 },
    },
  };
}
