// `npm run screenshots -- FOLDER`: every page in light, dark, at 390 px and in Chinese.
import { runBundled } from '../support/run-bundled.mjs';

await runBundled('tests/e2e/screenshots.ts');
