/**
 * The sub-path the console is built for: no real one. Next writes it into every address it makes, and answers are given
 * the sub-path of their request in its place (rewrite.ts), so that one build serves any. It is unlike anything else.
 */
export const builtBasePath = '/zoodeck-base-path';
