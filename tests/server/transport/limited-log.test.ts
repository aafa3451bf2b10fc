import { expect, test } from 'vitest';
import { createLog } from '@/server/runtime/log';
import { LimitedLog } from '@/server/transport/limited-log';

/** Strangers cause lines; how many there are is not theirs to say. */

function limitedLog() {
  const lines: string[] = [];
  const clock = { nowMs: 0 };
  const log = new LimitedLog(
    createLog((line) => lines.push(line.trimEnd().replace(/^\S+ /, ''))),
    () => clock.nowMs,
  );
  return { log, lines, clock };
}

test('one line a kind and minute, and then how many were held back', () => {
  const { log, lines, clock } = limitedLog();
  for (let port = 40_000; port < 40_100; port += 1) log.warn(`From 10.0.0.7:${port}: ${port * 7} bytes.`);
  expect(lines).toEqual(['WARN From 10.0.0.7:40000: 280000 bytes.']);
  clock.nowMs = 60_000;
  log.warn('From 10.0.0.7:1: 99999 bytes.');
  expect(lines[1]).toBe('WARN From 10.0.0.7:1: 99999 bytes. (99 more like it since the last line.)');
});

test('another machine and another server are another kind, in the sentence or in a field', () => {
  const { log, lines } = limitedLog();
  for (const client of ['10.0.0.7:1', '10.0.0.7:2', '10.0.0.8:1']) log.info('One came.', { client });
  expect(lines.splice(0)).toEqual(['INFO One came. client=10.0.0.7:1', 'INFO One came. client=10.0.0.8:1']);
  log.warn('From 10.0.0.7:1: server 2.');
  log.warn('From 10.0.0.8:1: server 2.');
  log.warn('From 10.0.0.8:1: server 3.');
  expect(lines).toHaveLength(3);
});

test('kinds without end share a line, and are forgotten', () => {
  const { log, lines, clock } = limitedLog();
  for (let count = 0; count < 10_000; count += 1) log.warn(`From ${count.toString(36).replace(/\d/g, '-')}.`);
  expect(lines.length).toBeLessThanOrEqual(201);
  clock.nowMs = 120_000;
  log.warn('From a new machine.');
  expect(lines.at(-1)).toBe('WARN From a new machine.');
});
