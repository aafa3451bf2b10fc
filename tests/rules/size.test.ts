import ts from 'typescript';
import { expect, test } from 'vitest';
import { sources, type Source } from '../support/sources';

/**
 * Small things stay small: a file holds one subject, a function fits a screen. An exception gives its reason and its
 * size when it was granted, so that it can shrink but not grow.
 */
const fileLinesMax = 450;
const functionLinesMax = 90;

interface Exception {
  readonly lines: number;
  readonly because: string;
}
const longFiles: Record<string, Exception> = {};
const longFunctions: Record<string, Exception> = {};

const code = /^(app|components|lib|server|tests)\/.*\.(ts|tsx|mjs|css|py|c)$/;
// Catalogues are lists of sentences; their length is the product's, not the code's.
const catalogue = /^lib\/i18n\/(en|zh-CN)[/.]/;

function lineCount(text: string): number {
  return text.split('\n').length - 1;
}

/** Name and length of every function in a file; a test file's outermost callbacks are its layout, not functions. */
function functionsOf(source: Source): { name: string; lines: number }[] {
  const tree = ts.createSourceFile(source.file, source.text, ts.ScriptTarget.Latest, true);
  const found: { name: string; lines: number }[] = [];
  const lineOf = (position: number) => tree.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
      const name = named === undefined ? `line ${lineOf(node.getStart()) + 1}` : named.getText();
      found.push({ name, lines: lineOf(node.end) - lineOf(node.getStart()) + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

test(`no file is longer than ${fileLinesMax} lines`, () => {
  const long = sources(code)
    .filter(({ file }) => !catalogue.test(file))
    .map(({ file, text }) => ({ file, lines: lineCount(text) }))
    .filter(({ file, lines }) => lines > (longFiles[file]?.lines ?? fileLinesMax));
  expect(long).toEqual([]);
});

test(`no function is longer than ${functionLinesMax} lines`, () => {
  const long = sources(code)
    .filter(({ file }) => /\.(ts|tsx|mjs)$/.test(file) && !/\.test\.tsx?$/.test(file))
    .flatMap((source) => functionsOf(source).map((one) => ({ ...one, key: `${source.file} ${one.name}` })))
    .filter(({ key, lines }) => lines > (longFunctions[key]?.lines ?? functionLinesMax))
    .map(({ key, lines }) => `${key}: ${lines} lines`);
  expect(long).toEqual([]);
});

test('an exception that is no longer needed is taken off the list', () => {
  const byFile = new Map(sources(code).map((source) => [source.file, source]));
  const stale = [
    ...Object.keys(longFiles).filter((file) => lineCount(byFile.get(file)?.text ?? '') <= fileLinesMax),
    ...Object.keys(longFunctions).filter((key) => {
      const [file, name] = key.split(' ');
      const source = byFile.get(file!);
      const lines = source === undefined ? 0 : functionsOf(source).find((one) => one.name === name)?.lines;
      return (lines ?? 0) <= functionLinesMax;
    }),
  ];
  expect(stale).toEqual([]);
});
