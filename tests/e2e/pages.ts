import type { Locator, Page } from 'playwright-core';
import { pagePaths } from '@/lib/queries/paths';

/** Addresses of the console's pages, and what tests ask of its HTTP resources. */
export const pageNames = [
  'overview',
  'ensemble',
  'tree',
  'live',
  'sessions',
  'locks',
  'metrics',
  'commands',
  'history',
  'search',
  'console',
] as const;
export type PageName = (typeof pageNames)[number];

/** The tree page opens on a node of the sample tree, where there is something to see. */
const shownPath = '/zoodeck-sample';

export function pageUrl(console: string, cluster: string, name: PageName, znode = shownPath): string {
  if (name === 'tree') return `${console}${pagePaths.tree(cluster, znode)}`;
  if (name === 'live') return `${console}${pagePaths.live(cluster, znode)}`;
  return `${console}${pagePaths[name](cluster)}`;
}

/** The id of the first cluster a console knows. */
export async function bundledCluster(console: string): Promise<string> {
  const response = await fetch(`${console}/api/clusters`);
  const { clusters } = (await response.json()) as { clusters: { id: string }[] };
  return clusters[0]!.id;
}

/** Loads the sample tree through the console, as its button does. */
export async function loadSample(console: string, cluster: string): Promise<void> {
  const response = await fetch(`${console}/api/clusters/${encodeURIComponent(cluster)}/sample`, {
    method: 'POST',
    headers: { origin: console, 'content-type': 'application/json' },
    body: '{}',
  });
  if (!response.ok) throw new Error(`the sample tree: ${response.status} ${await response.text()}`);
}

/** What shows the value of a znode as text, whether it is only looked at or edited. */
export function valueText(page: Page, path: string): Locator {
  return page.getByRole('textbox', { name: `Value of ${path}`, exact: true });
}

/** Begins to edit the value by a click into its text; what is typed from then on goes there. */
export async function beginEdit(page: Page, path: string): Promise<void> {
  await valueText(page, path).click();
  await page.locator('.cm-content:focus').waitFor();
}

/** Puts a text in place of the value, as a person types it; nothing is saved yet. */
export async function replaceValue(page: Page, path: string, text: string): Promise<void> {
  await beginEdit(page, path);
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}
