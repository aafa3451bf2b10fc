// What many browsers ask of a console, without their drawing: `node many-browsers.mjs URL CLUSTER PATH…`. There is one for
// each path: it has its event stream, watches the path by it, and polls what an overview polls. Prints `ready` once all
// streams stand, and counts on SIGTERM.
const [url, cluster, ...paths] = process.argv.slice(2);
const base = `${url}/api/clusters/${cluster}`;
const pollMs = 5_000;
const counts = { polls: 0, failed: 0, events: 0 };

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
    const answer = await fetch(resource, { signal: AbortSignal.timeout(20_000) }).catch(() => null);
    if (answer === null || !answer.ok) counts.failed += 1;
    await answer?.arrayBuffer().catch(() => (counts.failed += 1));
  }
}

for (const [index, path] of paths.entries()) await browser(path, index);
process.stdout.write('ready\n');
process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.exit(0));
});
