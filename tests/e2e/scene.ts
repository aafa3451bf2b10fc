import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchBrowser, openPage, type WatchedPage } from '../support/browser';
import { startConsole, type RunningConsole } from '../support/console';
import { memberKinds, startMember, type Member, type MemberKind } from '../support/member';
import { Writer } from '../support/writer';
import { pageUrl } from './pages';

/**
 * One console over three clusters: Apache's server, ours, and Apache's again as a cluster set read-only. What is shown
 * of one must be shown of the other.
 */
export interface Scene {
  readonly console: RunningConsole;
  readonly members: Readonly<Record<MemberKind, Member>>;
  readonly writers: Readonly<Record<MemberKind, Writer>>;
  /** A page in a context of its own; `close` fails when something went wrong in it unseen. */
  open(options?: BrowserContextOptions, expected?: readonly RegExp[]): Promise<WatchedPage>;
  stop(): Promise<void>;
}

export const readOnlyCluster = 'apache-read-only';

export async function setScene(): Promise<Scene> {
  const started = await Promise.all(memberKinds.map((kind) => startMember(kind)));
  const members = { apache: started[0]!, zoodeck: started[1]! };
  const config = [
    'clusters:',
    ...memberKinds.flatMap((kind) => [`  - id: ${kind}`, `    connect: ${members[kind].address}`]),
    `  - id: ${readOnlyCluster}`,
    `    connect: ${members.apache.address}`,
    '    readOnly: true',
    '',
  ].join('\n');
  const running = await startConsole({ config, env: { ZOODECK_SAMPLE_SECONDS: '2' } });
  const browser: Browser = await launchBrowser();
  const writers = { apache: new Writer(members.apache.port), zoodeck: new Writer(members.zoodeck.port) };
  return {
    console: running,
    members,
    writers,
    open: (options, expected) => openPage(browser, options, expected),
    async stop() {
      await browser.close();
      await running.stop();
      await Promise.all(started.map((member) => member.stop()));
    },
  };
}

/** Work on the tree page with a znode open in it; fails when something went wrong unseen. */
export async function inTree(
  scene: Scene,
  cluster: string,
  path: string,
  work: (page: Page) => Promise<void>,
  options: BrowserContextOptions = {},
  expected: readonly RegExp[] = [],
): Promise<void> {
  const { page, faults, close } = await scene.open(options, expected);
  try {
    await page.goto(pageUrl(scene.console.url, cluster, 'tree', path));
    await page.getByRole('treeitem', { selected: true }).waitFor();
    await work(page);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
}
