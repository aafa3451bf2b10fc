import type { PipelineMeter } from '@/server/processors/meter';
import type { PipelineSettings } from '@/server/processors/settings';

/** Measures nothing. */
export const silentMeter: PipelineMeter = {
  requestRead() {},
  readDone() {},
  writeDone() {},
  prepBegins() {},
  prepDone() {},
  writeProposed() {},
  changesReleased() {},
  applyBegins() {},
  applyDone() {},
  readWaited() {},
  answerSent() {},
  sessionAsked() {},
  sessionRejected() {},
  requestHeld() {},
  requestThrottled() {},
  requestStale() {},
  largeRequestRejected() {},
  authFailed() {},
  sessionExpired() {},
  quotaExceeded() {},
  nodeRead() {},
  nodeWritten() {},
};

/** Bounds nothing. */
export const noThrottle: PipelineSettings['throttle'] = {
  requestsMax: 0,
  opWaitMs: 0,
  dropsStale: true,
  isStaleUnconnected: true,
  isStaleOverdue: false,
  largeRequestBytes: -1,
  largeRequestsBytesMax: 0,
  sessions: {
    tokens: 0,
    fillCount: 1,
    fillTimeMs: 1,
    freezeTimeMs: -1,
    dropIncrease: 0,
    dropDecrease: 0,
    decreaseRatio: 0,
    costs: { global: 1, local: 1, renewed: 1 },
  },
};
