import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RotatingFile, type RotatingFileOptions } from '@/server/runtime/rotating-file';
import { removeDir, tempDir } from '@/tests/support/temp';
import { until } from '@/tests/support/wait';

let home: string;
let file: string;
let events: string[];
beforeEach(async () => {
  home = await tempDir('rotating');
  file = path.join(home, 'audit.log');
  events = [];
});
afterEach(() => removeDir(home));

function open(options: Partial<RotatingFileOptions> = {}): RotatingFile {
  return RotatingFile.open({
    path: file,
    fileBytesMax: 100,
    backups: 2,
    waitingBytesMax: 10_000,
    retryMs: 10,
    lostLine: (lines) => `lost ${lines}\n`,
    onFailure: () => void events.push('failure'),
    onRecovery: (lost) => void events.push(`recovery, lost ${lost}`),
    ...options,
  });
}

/** From the oldest part to the newest. */
function parts(): string[] {
  const number = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);
  const names = fs.readdirSync(home).sort((a, b) => number(b) - number(a));
  return names.map((name) => fs.readFileSync(path.join(home, name), 'utf8'));
}

test('whatever is written stands in order and whole, in files of at most their size, appended over restarts', async () => {
  const lines = fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { maxLength: 4 }), async (runs) => {
      const folder = fs.mkdtempSync(path.join(home, 'run-'));
      const before = file;
      file = path.join(folder, 'log');
      for (const run of runs) {
        const log = open({ backups: 200 });
        for (const line of run) log.write(`${line.replaceAll('\n', ' ')}\n`);
        await log.close();
      }
      const names = fs
        .readdirSync(folder)
        .sort((a, b) => Number(b.split('.')[1] ?? 0) - Number(a.split('.')[1] ?? 0));
      const texts = names.map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
      file = before;
      expect(texts.join('')).toBe(
        runs
          .flat()
          .map((line) => `${line.replaceAll('\n', ' ')}\n`)
          .join(''),
      );
      for (const text of texts) {
        const isOneLine = text.indexOf('\n') === text.length - 1;
        expect(Buffer.byteLength(text) <= 100 || isOneLine).toBe(true);
      }
    }),
    { numRuns: 25 },
  );
  expect(events).toEqual([]);
});

test('only so many older files are kept', async () => {
  const log = open();
  for (let number = 0; number < 20; number += 1) log.write(`${String(number).padStart(49, '.')}\n`);
  await log.close();
  expect(fs.readdirSync(home).sort()).toEqual(['audit.log', 'audit.log.1', 'audit.log.2']);
  expect(parts().join('').match(/\d+/g)).toEqual(['14', '15', '16', '17', '18', '19']);
});

test('while it cannot be written lines wait in order, those beyond the bound are counted, and both are told once', async () => {
  const log = open({ backups: 1, waitingBytesMax: 300 });
  // A folder that is in the way of the older file.
  fs.mkdirSync(`${file}.1`);
  log.write(`${'a'.repeat(99)}\n`);
  await until('the first is written', () => fs.statSync(file).size === 100 || undefined);
  log.write(`${'b'.repeat(49)}\n`);
  await until('it fails', () => events.length > 0 || undefined);
  for (let count = 0; count < 9; count += 1) log.write(`${String(count).padStart(49, 'c')}\n`);
  fs.rmdirSync(`${file}.1`);
  await until('it is written again', () => events.length > 1 || undefined);
  log.write('after\n');
  await log.close();
  expect(events).toEqual(['failure', 'recovery, lost 4']);
  // Six of fifty bytes had room; the older of them went with the file before the last.
  expect(parts().join('')).toMatch(/c3\n.*c4\nlost 4\nafter\n$/s);
});

test('a disk that is full is told, and does not keep it from being closed', async () => {
  const log = open({ path: '/dev/full', retryMs: 60_000 });
  log.write('nowhere\n');
  await until('it fails', () => events.length > 0 || undefined);
  await log.close();
  expect(events).toEqual(['failure']);
});
