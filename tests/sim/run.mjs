// `npm run sim`: see cli.ts for its options.
import { runBundled } from '../support/run-bundled.mjs';

await runBundled('tests/sim/cli.ts');
