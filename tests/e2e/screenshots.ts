import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser, openPage } from '../support/browser';
import { startConsole } from '../support/console';
import { bundledCluster, loadSample, pageNames, pageUrl } from './pages';

/** Pictures of every page of a console with its bundled ensemble and the sample tree, to be looked at by people. */
const variants: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  chinese: { colorScheme: 'light', locale: 'zh-CN' },
};
/** Metrics begin with the second sample; this is long enough for a few. */
const samplesMs = 8_000;

async function shoot(page: Page, url: string, file: string): Promise<void> {
  await page.goto(url);
  await page.locator('main').waitFor();
  // Live pages never fall silent; what is shown settles well within this time.
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: file });
}

const folder = path.resolve(process.argv[2] ?? 'tests/.tmp/screenshots');
await mkdir(folder, { recursive: true });
const running = await startConsole({ ensemble: true, env: { ZOODECK_SAMPLE_SECONDS: '2' } });
const browser = await launchBrowser();
try {
  const cluster = await bundledCluster(running.url);
  await loadSample(running.url, cluster);
  await new Promise((resolve) => setTimeout(resolve, samplesMs));
  for (const [variant, options] of Object.entries(variants)) {
    const { page, close, faults } = await openPage(browser, options);
    for (const name of pageNames) {
      await shoot(page, pageUrl(running.url, cluster, name), path.join(folder, `${name}-${variant}.png`));
    }
    for (const fault of faults) console.error(`${variant}: ${fault}`);
    await close();
  }
  console.log(folder);
} finally {
  await browser.close();
  await running.stop();
}
