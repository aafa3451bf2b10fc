// `npm run faults`: see cli.ts for its options.
import { runBundled } from '../support/run-bundled.mjs';

await runBundled('tests/faults/cli.ts');
