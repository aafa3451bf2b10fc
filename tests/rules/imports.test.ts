import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { layerOf, mayImport } from '../support/layers.mjs';

// Every import between folders goes the way ARCHITECTURE.md draws it. Text is enough: the project has no computed imports.
const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g;

function sources(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
    encoding: 'utf8',
  });
  return listed.split('\n').filter((file) => file !== '' && existsSync(file) && layerOf(file) !== null);
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function resolve(file: string, specifier: string): string | null {
  if (specifier.startsWith('@/')) return specifier.slice(2);
  if (specifier.startsWith('.'))
    return path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
  return null;
}

test('no file imports against the direction of its folder', () => {
  const wrong: string[] = [];
  for (const file of sources()) {
    for (const specifier of importsOf(file)) {
      const target = resolve(file, specifier);
      if (target !== null && !mayImport(file, target)) wrong.push(`${file} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('the server knows nothing of React, Next or the console', () => {
  const wrong = sources()
    .filter((file) => file.startsWith('server/'))
    .filter((file) => importsOf(file).some((name) => /^(react|next)(\/|$)/.test(name)));
  expect(wrong).toEqual([]);
});

test('the browser-safe folders import no Node module', () => {
  const browserSafe = /^(components|lib\/(base|api|queries|i18n))\//;
  const wrong = sources()
    .filter((file) => browserSafe.test(file))
    .filter((file) => importsOf(file).some((name) => name.startsWith('node:')));
  expect(wrong).toEqual([]);
});
