import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession } from 'playwright-core';
import { pagePaths } from '@/lib/queries/paths';
import type { RunningConsole } from '../support/console';
import { openPage } from '../support/browser';
import type { Member } from '../support/member';
import type { Line } from './console-line';
import { LoadConnection } from './load-connection';
import { createTemplate, plainCreate, setTemplate } from './requests';
import { sendAll } from './throughput';

/** A tab open on a feed of 500 events a second: its heap after collection over time, and what it shows of the events. */

const eventsPerSecond = 500;
const paths = 500;
const beatMs = 50;
/** A heap that a collector leaves differs by this much from one time to the next. */
const slackMb = 3;
const readings = 6;

async function heapMb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1_048_576;
}

/** Sets one znode after the other, at that pace, until told to stop; returns how many it set. */
async function setAtPace(connection: LoadConnection, stop: AbortSignal): Promise<number> {
  const template = setTemplate('/feed/n', paths, Buffer.from('event'));
  const startedAt = performance.now();
  let sent = 0;
  while (!stop.aborted) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * eventsPerSecond);
    if (due > sent) {
      connection.start(() => template, 64, sent, due);
      await connection.drained();
      sent = due;
    }
    await sleep(beatMs);
  }
  return sent;
}

export async function benchFeed(
  browser: Browser,
  console: RunningConsole,
  cluster: string,
  member: Member,
  seconds: number,
): Promise<Line[]> {
  const connection = await LoadConnection.open(member.port);
  await sendAll(connection, plainCreate('/feed'), 1);
  await sendAll(connection, createTemplate('/feed/n', Buffer.from('x')), paths);
  const { page, close } = await openPage(browser);
  const session = await page.context().newCDPSession(page);
  let received = 0;
  await session.send('Network.enable');
  session.on('Network.eventSourceMessageReceived', ({ eventName }) => {
    if (eventName === 'znode') received += 1;
  });
  await page.goto(`${console.url}${pagePaths.live(cluster, '/feed')}`);
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  const stop = new AbortController();
  const sending = setAtPace(connection, stop.signal);
  // Until the feed is full and everything that is made once is made.
  await page
    .getByText(/Older than the newest/)
    .first()
    .waitFor({ timeout: 60_000 });
  const heaps: number[] = [];
  for (let reading = 0; reading < readings; reading += 1) {
    heaps.push(await heapMb(session));
    if (reading < readings - 1) await sleep((seconds * 1000) / (readings - 1));
  }
  stop.abort();
  const sent = await sending;
  await sleep(1_000);
  const status = (await page.getByRole('status').allInnerTexts()).find((text) => /\d/.test(text)) ?? '';
  await close();
  connection.close();
  const growth = heaps.at(-1)! - heaps[0]!;
  return [
    {
      what: `heap of a tab on ${eventsPerSecond} events a second, over ${seconds} s`,
      value: `${heaps.map((mb) => mb.toFixed(1)).join(' → ')} MiB`,
      limit: `flat (within ${slackMb} MiB)`,
      good: growth <= slackMb,
    },
    {
      what: 'of the events sent, received by the tab; what it says of those it no longer shows',
      value: `${received} of ${sent}; “${status}”`,
      limit: 'told',
      good: received > 0 && /\d/.test(status),
    },
  ];
}
