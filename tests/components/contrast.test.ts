import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

// The tokens of app/globals.css, read as they stand: every pair that carries text meets WCAG AA (4.5 to 1) in both
// themes, and every mark that carries meaning by its colour meets 3 to 1.

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');

function token(name: string, theme: 'light' | 'dark'): string {
  const value = new RegExp(`--${name}:\\s*([^;]+);`).exec(css)?.[1]?.trim();
  if (value === undefined) throw new Error(`no token --${name}`);
  const pair = /^light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)$/.exec(value);
  if (pair === null && /^#[0-9a-f]{6}$/.test(value)) return value;
  if (pair === null) throw new Error(`--${name} is not a plain colour: ${value}`);
  return pair[theme === 'light' ? 1 : 2]!;
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

const grounds = ['canvas', 'surface', 'sunken', 'hover', 'selected'];
const roles = ['leader', 'follower', 'observer', 'standalone', 'looking', 'down', 'unknown'];
const clusters = ['blue', 'teal', 'violet', 'pink', 'orange', 'red', 'grey'];

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  const ratio = (ink: string, ground: string) => contrast(token(ink, theme), token(ground, theme));

  test.each(grounds.flatMap((ground) => ['ink', 'ink-2', 'ink-3'].map((ink) => [ink, ground])))(
    '%s reads on %s',
    (ink, ground) => expect(ratio(ink!, ground!)).toBeGreaterThanOrEqual(4.5),
  );

  test.each([
    ['accent-ink', 'accent'],
    ['accent-ink', 'accent-hover'],
    ['accent-ink', 'danger'],
    ['accent-text', 'accent-soft'],
    ['danger-text', 'danger-soft'],
    ['warn-text', 'warn-soft'],
    ['good-text', 'good-soft'],
    ['ink-2', 'danger-soft'],
    ['ink-2', 'warn-soft'],
    ['canvas', 'ink'],
    ...[
      'accent-text',
      'danger-text',
      'warn-text',
      'good-text',
      ...roles.map((role) => `role-${role}`),
    ].flatMap((ink) => ['surface', 'hover'].map((ground) => [ink, ground] as [string, string])),
  ])('%s reads on %s', (ink, ground) => expect(ratio(ink, ground)).toBeGreaterThanOrEqual(4.5));

  test.each([
    ...[1, 2, 3, 4, 5, 6].map((index) => `series-${index}`),
    ...clusters.map((color) => `cluster-${color}`),
    'control',
    'warn',
    'danger',
  ])('%s is seen on a card', (mark) => expect(ratio(mark, 'surface')).toBeGreaterThanOrEqual(3));
});
