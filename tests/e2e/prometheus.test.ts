import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MetricRange, MetricsResponse } from '@/lib/api/metrics';
import { pagePaths } from '@/lib/queries/paths';
import { launchBrowser, openPage } from '../support/browser';
import { runToEnd, startChild, type Child } from '../support/child';
import { startConsole, type RunningConsole } from '../support/console';
import { memberKinds, startMember, type Member, type MemberKind } from '../support/member';
import { freePorts } from '../support/ports';
import { removeDir, tempDir } from '../support/temp';
import { until } from '../support/wait';
import { Writer } from '../support/writer';

/**
 * History of a real Prometheus server in the browser. It scrapes the bundled server's endpoint; Debian's package of
 * Apache's leaves the provider out, so that what it would have told stands in the weeks before, which both have.
 */
const dayMs = 86_400_000;
const everyMs = 240_000;
const weeksBefore: Readonly<Record<MemberKind, number>> = { apache: 4_242, zoodeck: 2_121 };
const formatNumber = (value: number) => value.toLocaleString('en-GB');
const apacheInstance = 'zk-apache:7000';

let home: string;
let members: Readonly<Record<MemberKind, Member>>;
let console: RunningConsole;
let browser: Browser;
let prometheus: Child;
let prometheusUrl: string;
let scraped: string;

/** Samples of the weeks before, in the exposition format that promtool makes blocks of. */
async function backfill(tsdb: string): Promise<void> {
  const now = Date.now();
  const series = (instance: string, value: number) => {
    const lines: string[] = [];
    for (let at = now - 28 * dayMs; at < now - dayMs; at += everyMs)
      lines.push(`znode_count{instance="${instance}",job="zookeeper"} ${value} ${Math.round(at / 1000)}`);
    return lines;
  };
  const lines = [...series(apacheInstance, weeksBefore.apache), ...series(scraped, weeksBefore.zoodeck)];
  const file = path.join(home, 'before.txt');
  await writeFile(file, ['# TYPE znode_count gauge', ...lines, '# EOF', ''].join('\n'));
  await runToEnd('/usr/bin/promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, tsdb]);
}

async function startPrometheus(): Promise<void> {
  const [port] = await freePorts(1);
  prometheusUrl = `http://127.0.0.1:${port}`;
  const tsdb = path.join(home, 'tsdb');
  await mkdir(tsdb);
  await backfill(tsdb);
  const file = path.join(home, 'prometheus.yml');
  await writeFile(
    file,
    `scrape_configs:\n- job_name: zookeeper\n  scrape_interval: 1s\n  static_configs:\n  - targets: ['${scraped}']\n`,
  );
  const options = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${tsdb}`,
    '--storage.tsdb.retention.time=60d',
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  prometheus = startChild('/usr/bin/prometheus', options);
  await until('the endpoint is scraped', async () => {
    const reply = await fetch(`${prometheusUrl}/api/v1/query?query=up`);
    const { data } = (await reply.json()) as { data: { result: { value: [number, string] }[] } };
    return data.result.some(({ value }) => value[1] === '1') ? true : undefined;
  });
}

beforeAll(async () => {
  home = await tempDir('prometheus');
  const [metricsPort] = await freePorts(1);
  scraped = `127.0.0.1:${metricsPort}`;
  const config = {
    'metricsProvider.className': 'org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider',
    'metricsProvider.httpPort': metricsPort!,
    'metricsProvider.httpHost': '127.0.0.1',
  };
  const [apache, zoodeck] = await Promise.all([startMember('apache'), startMember('zoodeck', { config })]);
  members = { apache: apache!, zoodeck: zoodeck! };
  await startPrometheus();
  const instances = { apache: apacheInstance, zoodeck: scraped };
  const clusters = memberKinds.map((kind) => {
    const { address } = members[kind];
    const settings = `{ url: "${prometheusUrl}", instances: { "${address}": "${instances[kind]}" } }`;
    return `  - { id: ${kind}, connect: "${address}", metricsProvider: false, prometheus: ${settings} }`;
  });
  console = await startConsole({
    config: ['clusters:', ...clusters, ''].join('\n'),
    env: { ZOODECK_SAMPLE_SECONDS: '2' },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await console?.stop();
  await prometheus?.stop();
  await Promise.all(Object.values(members ?? {}).map((member) => member.stop()));
  await removeDir(home);
});

async function inPage(
  kind: MemberKind,
  range: MetricRange,
  work: (page: Page) => Promise<void>,
  at?: number,
) {
  const { page, faults, close } = await openPage(browser, { reducedMotion: 'reduce' });
  const held = at === undefined ? '' : `&at=${at}`;
  await page.goto(`${console.url}${pagePaths.metrics(kind, { range })}${held}`);
  await work(page);
  expect(faults).toEqual([]);
  await close();
}

async function znodes(kind: MemberKind, range: MetricRange): Promise<readonly (number | null)[]> {
  const reply = await fetch(`${console.url}/api/clusters/${kind}/metrics?range=${range}`);
  const { source, members: told } = (await reply.json()) as MetricsResponse;
  expect(source).toBe('prometheus');
  return told[0]!.series.znodes ?? [];
}

describe.each(memberKinds)('of %s', (kind) => {
  test('weeks before the console began are drawn, and said to be Prometheus’s', async () => {
    const told = await znodes(kind, '30d');
    expect(told.filter((value) => value === weeksBefore[kind]).length).toBeGreaterThan(300);
    const work = async (page: Page) => {
      await page.getByText('Read from Prometheus').waitFor();
      const chart = page
        .getByRole('region', { name: 'Znodes' })
        .or(page.locator('section').filter({ hasText: /^Znodes/ }));
      await chart.locator('path.recharts-curve').first().waitFor({ state: 'attached' });
      await page.getByText(formatNumber(weeksBefore[kind])).first().waitFor();
    };
    await inPage(kind, '30d', work, Date.now() - 10 * dayMs);
  });
});

test('what the bundled server’s endpoint tells is what its history shows', async () => {
  await new Writer(members.zoodeck.port).create('/scraped');
  await until('the new znode is in the history', async () => {
    const reply = await fetch(`${prometheusUrl}/api/v1/query?query=znode_count`);
    const { data } = (await reply.json()) as {
      data: { result: { metric: { instance: string }; value: [number, string] }[] };
    };
    const now = data.result.find(({ metric }) => metric.instance === scraped);
    const last = (await znodes('zoodeck', '15m')).findLast((value) => value !== null);
    return now !== undefined && Number(now.value[1]) === last ? true : undefined;
  });
});

test('a Prometheus server that is away is told, and the console’s own samples are shown', async () => {
  await prometheus.stop();
  await inPage('zoodeck', '7d', async (page) => {
    await page.getByText('Older values cannot be read; these are the console’s own samples.').waitFor();
    await page
      .getByText(`Prometheus at ${new URL(prometheusUrl).host} cannot be reached (ECONNREFUSED).`)
      .waitFor();
    await page.locator('path.recharts-curve').first().waitFor({ state: 'attached' });
  });
});
