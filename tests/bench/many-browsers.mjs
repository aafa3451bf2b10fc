// What many browsers ask of a console, without their drawing: `node many-browsers.mjs URL CLUSTER PATH…`. There is one for
// each path: it has its event stream, watches the path by it, and polls what an overview polls. Prints `ready` once all
// streams stand, and counts on SIGTERM.
const [url, cluster, ...paths] = process.argv.slice(2);
const base = `${url}/api/clusters/${cluster}`;
const pollMs = 5_000;
/** Longer than both are held in their tracks: what was asked just before is answered after it. */
const patienceMs = 60_000;
/** A kept connection that the console closed, as it does with idle ones, while something was sent on it. */
const closedUnder = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const counts = { polls: 0, again: 0, failed: {}, events: 0 };

async function browser(path, index) {
  const response = await fetch(`${base}/events`, { headers: { accept: 'text/event-stream' } });
  const reader = response.body.getReader();
  let text = '';
  let stream;
  while (stream === undefined) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream of browser ${index} ended: ${text}`);
    text += Buffer.from(value).toString('utf8');
    stream = /"stream":"([^"]+)"/.exec(text)?.[1];
  }
  const watched = await fetch(`${base}/events/${stream}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ watches: [{ path, mode: 'node' }] }),
  });
  if (!watched.ok) throw new Error(`browser ${index}: ${watched.status} ${await watched.text()}`);
  void (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      counts.events += Buffer.from(value).toString('latin1').split('\n\n').length - 1;
    }
  })().catch(() => undefined);
  // Spread over the interval, as people's are.
  setTimeout(() => setInterval(poll, pollMs), (index * 7_919) % pollMs);
}

async function poll() {
  for (const resource of [`${base}/overview`, `${url}/api/clusters`]) {
    counts.polls += 1;
    const fault = await faultOf(resource);
    if (fault !== null) counts.failed[fault] = (counts.failed[fault] ?? 0) + 1;
  }
}

/** What a poll failed of; null where it was answered. As browsers do, it asks once more where a kept connection was closed. */
async function faultOf(resource, again = false) {
  try {
    const answer = await fetch(resource, { signal: AbortSignal.timeout(patienceMs) });
    await answer.arrayBuffer();
    return answer.ok ? null : String(answer.status);
  } catch (error) {
    const code = error.cause?.code ?? error.name;
    if (again || !closedUnder.has(code)) return code;
    counts.again += 1;
    return faultOf(resource, true);
  }
}

for (const [index, path] of paths.entries()) await browser(path, index);
process.stdout.write('ready\n');
process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0));
});
