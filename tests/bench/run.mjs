// `npm run bench`: see main.ts for its parts and options.
import { runBundled } from '../support/run-bundled.mjs';

await runBundled('tests/bench/main.ts');
