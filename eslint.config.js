import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import layers from './tests/support/eslint-layers.mjs';

const nodeGlobals = [
  'process',
  'console',
  'URL',
  'Buffer',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'fetch',
  'AbortController',
  'AbortSignal',
  'performance',
];

// The folders whose code must give the same answer for the same input: no socket, file, timer, clock or chance in them.
const pureFolders = [
  'lib/base',
  'lib/jute',
  'lib/protocol',
  'lib/api',
  'server/tree',
  'server/session',
  'server/processors',
];
const impureGlobals = [
  ...nodeGlobals.filter((name) => name !== 'Buffer' && name !== 'URL'),
  'queueMicrotask',
  'crypto',
];

export default defineConfig(
  { ignores: ['.next/**', 'dist/**', 'data/**', 'node_modules/**', 'next-env.d.ts', 'tests/.tmp/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { layers, 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'layers/direction': 'error',
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: pureFolders.map((folder) => `${folder}/**/*.ts`),
    rules: {
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time arrives from the shell.' },
        { object: 'Math', property: 'random', message: 'Chance arrives from the shell.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Time arrives from the shell.',
        },
      ],
      'no-restricted-imports': [
        'error',
        // Hashing is a function of its input; everything else of Node touches the world.
        {
          patterns: [
            { regex: '^node:(?!(crypto|zlib)$)', message: 'This folder is pure (ARCHITECTURE.md).' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])) },
  },
  { files: ['tests/**', 'server/tools/**', 'lib/launch/**'], rules: { 'no-console': 'off' } },
);
