import type { PipelineMeter } from '@/server/processors/meter';

/** Measures nothing. */
export const silentMeter: PipelineMeter = {
  requestRead() {},
  readDone() {},
  writeDone() {},
  answerSent() {},
  authFailed() {},
  sessionExpired() {},
  quotaExceeded() {},
  nodeRead() {},
  nodeWritten() {},
};
