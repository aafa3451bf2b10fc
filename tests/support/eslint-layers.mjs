// Shows a wrong import direction in the editor, from the same table that tests/rules/imports.test.ts makes certain in
// CI. An own rule, because paths are an alias and a relative form of one thing here and no resolver is needed for that.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { layerOf, layers, mayImport } from './layers.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The imported file relative to the root, or null for a package. */
function targetOf(file, specifier) {
  if (specifier.startsWith('@/')) return specifier.slice(2);
  if (!specifier.startsWith('.')) return null;
  return path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
}

const direction = {
  meta: { type: 'problem', schema: [], messages: { wrong: '{{layer}} may import only: {{allowed}}.' } },
  create(context) {
    const file = path.relative(root, context.filename).split(path.sep).join('/');
    const layer = layerOf(file);
    if (layer === null) return {};
    const check = (node) => {
      if (typeof node.source?.value !== 'string') return;
      const target = targetOf(file, node.source.value);
      if (target === null || mayImport(file, target)) return;
      const allowed = layers[layer].join(', ') || 'nothing';
      context.report({ node, messageId: 'wrong', data: { layer, allowed } });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export default { rules: { direction } };
