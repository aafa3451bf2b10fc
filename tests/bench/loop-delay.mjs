// Loaded into a server by `node --import`: on SIGUSR2 prints how long its event loop has stood still at most, and counts anew.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 1;
const delays = monitorEventLoopDelay({ resolution: resolutionMs });
delays.enable();
process.on('SIGUSR2', () => {
  process.stderr.write(`longest stall: ${(delays.max / 1e6 - resolutionMs).toFixed(1)} ms\n`);
  delays.reset();
});
