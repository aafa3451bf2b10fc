// The one reading of tests/rules/layers.json, shared by eslint.config.js and tests/rules/imports.test.ts.
import { readFileSync } from 'node:fs';

/** @type {Record<string, string[]>} folder -> the folders it may import besides itself; the longest match rules. */
export const layers = JSON.parse(readFileSync(new URL('../rules/layers.json', import.meta.url), 'utf8'));

/** The rule's key that covers a file, or null where none does (tests may import anything). */
export function layerOf(file) {
  const matches = Object.keys(layers).filter((key) => {
    const folder = key.endsWith('/*') ? key.slice(0, -1) : `${key}/`;
    return file.startsWith(folder);
  });
  return matches.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** The folder a file belongs to: its rule's own, with `components/*` resolved to the feature. */
export function homeOf(file) {
  const key = layerOf(file);
  if (key === null) return null;
  return key.endsWith('/*') ? file.split('/').slice(0, 2).join('/') : key;
}

/** Whether `file` may import `target` (both relative to the root). */
export function mayImport(file, target) {
  const key = layerOf(file);
  if (key === null) return true;
  const home = homeOf(file);
  return [home, ...layers[key]].some((folder) => target === folder || target.startsWith(`${folder}/`));
}
