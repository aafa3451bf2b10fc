// `npm run example -- NAME`: see main.ts for its options.
import { buildBundles } from '../../launch/build.mjs';

await buildBundles();
await import(new URL('../../../dist/recipes/examples.js', import.meta.url).href);
