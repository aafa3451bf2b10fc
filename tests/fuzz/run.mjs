// `npm run fuzz`: see cli.ts for its options.
import { runBundled } from '../support/run-bundled.mjs';

await runBundled('tests/fuzz/cli.ts');
