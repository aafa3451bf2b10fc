/**
 * Numbers as people read them. Pure: the locale is an argument, and nothing here knows the time.
 * Binary prefixes for bytes (KiB = 1024), because that is what ZooKeeper's limits count in.
 */

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** 1536 → `1.5 KiB`. At most one decimal, none above 100. */
export function formatBytes(bytes: number, locale: string): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < binaryUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || Math.abs(value) >= 100 ? 0 : 1;
  return `${formatNumber(value, locale, digits)} ${binaryUnits[unit]}`;
}

/** Grouped digits, at most `digits` decimals. */
export function formatNumber(value: number | bigint, locale: string, digits = 0): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

/** Digits that suit the size: 0.42, 4.2, 42, 4,200. */
export function formatMeasure(value: number, locale: string): string {
  const size = Math.abs(value);
  return formatNumber(value, locale, size >= 10 ? 0 : size >= 1 ? 1 : 2);
}

/** For axes: 1200 → `1.2K`, never more than three digits and a letter. */
export function formatCompact(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** Words in a row, with the comma of the language. */
export function formatList(words: readonly string[], locale: string): string {
  return words.join(locale.startsWith('zh') ? '、' : ', ');
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export type DurationPart = { readonly unit: 'day' | 'hour' | 'minute' | 'second'; readonly value: number };

/** The two largest parts of a duration that say something: 93,784,000 ms → 1 day, 2 hours. */
export function durationParts(ms: number): DurationPart[] {
  const whole = Math.max(0, Math.floor(ms));
  const parts: DurationPart[] = [
    { unit: 'day', value: Math.floor(whole / dayMs) },
    { unit: 'hour', value: Math.floor((whole % dayMs) / hourMs) },
    { unit: 'minute', value: Math.floor((whole % hourMs) / minuteMs) },
    { unit: 'second', value: Math.floor((whole % minuteMs) / secondMs) },
  ];
  const first = parts.findIndex((part) => part.value > 0);
  if (first === -1) return [{ unit: 'second', value: 0 }];
  return parts.slice(first, first + 2).filter((part) => part.value > 0);
}

/**
 * Short names of units, the same for how long and how long ago. Those of Intl differ between the two (`3m`, `3 min. ago`),
 * and from what stands in the sentences of the catalogues.
 */
const unitNames = {
  en: { day: 'd', hour: 'h', minute: 'min', second: 's' },
  zh: { day: '天', hour: '小时', minute: '分钟', second: '秒' },
} as const;

function inUnit(value: number, unit: DurationPart['unit'], locale: string): string {
  const names = unitNames[locale.startsWith('zh') ? 'zh' : 'en'];
  return `${formatNumber(value, locale)} ${names[unit]}`;
}

/** `1 d 2 h`, `3 min 20 s`. */
export function formatDuration(ms: number, locale: string): string {
  return durationParts(ms)
    .map(({ unit, value }) => inUnit(value, unit, locale))
    .join(' ');
}

/** `3 min ago`, `in 5 s`, `now`, `yesterday`; whole units, one of them. */
export function formatRelative(at: number, now: number, locale: string): string {
  const delta = at - now;
  const size = Math.abs(delta);
  if (size < minuteMs) return relative(Math.round(delta / secondMs), 'second', locale);
  if (size < hourMs) return relative(Math.trunc(delta / minuteMs), 'minute', locale);
  if (size < dayMs) return relative(Math.trunc(delta / hourMs), 'hour', locale);
  return relative(Math.trunc(delta / dayMs), 'day', locale);
}

function relative(value: number, unit: DurationPart['unit'], locale: string): string {
  const isChinese = locale.startsWith('zh');
  // As part of a sentence, where 现在刷新 would tell one to refresh.
  if (isChinese && value === 0) return '刚刚';
  const named = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).formatToParts(value, unit);
  // A word of its own: now, yesterday, tomorrow.
  if (named.every(({ type }) => type === 'literal')) return named.map((part) => part.value).join('');
  const size = inUnit(Math.abs(value), unit, locale);
  if (isChinese) return `${size}${value < 0 ? '前' : '后'}`;
  return value < 0 ? `${size} ago` : `in ${size}`;
}

/** Clocks that differ by no more than this are taken as one. */
const aheadMs = 5_000;

/** Whether what has happened lies ahead by this clock: the one that it was told by is wrong, or this one is. */
export function isAhead(at: number, now: number): boolean {
  return at - now > aheadMs;
}

/** `3 minutes ago` of what has happened; `in 59 min` where it was told by a clock that is ahead, never a false `now`. */
export function formatAge(at: number, now: number, locale: string): string {
  return formatRelative(isAhead(at, now) ? at : Math.min(at, now), now, locale);
}

/** The browser's own, UTC, or an IANA name such as `Europe/Berlin`. */
export type Zone = string;

/** Whether this names a zone that the runtime knows. */
export function isZone(name: string): boolean {
  if (name === 'local' || name === 'utc') return true;
  if (!name.includes('/')) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function timeZoneOf(zone: Zone): string | undefined {
  if (zone === 'local') return undefined;
  return zone === 'utc' ? 'UTC' : zone;
}

/** Milliseconds by which a zone's clock is ahead of UTC at that time. */
export function zoneOffsetMs(at: number, zone: Zone): number {
  if (zone === 'utc') return 0;
  if (zone === 'local') return -new Date(at).getTimezoneOffset() * minuteMs;
  const part = clockParts(at, 'en', zone);
  const [year, month, day, hour, minute, second] = (
    ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
  ).map((type) => Number(part(type)));
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - Math.floor(at / secondMs) * secondMs;
}

/**
 * `2026-11-22 12:00:00.007 UTC`: date and time to the millisecond with the zone's name. The same in every language, year
 * first as logs have it, because 11/12 is two days to two people.
 */
export function formatAbsolute(at: number, locale: string, zone: Zone): string {
  const part = clockParts(at, locale, zone);
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  const time = `${part('hour')}:${part('minute')}:${part('second')}.${part('fractionalSecond')}`;
  return `${date} ${time} ${part('timeZoneName')}`;
}

function clockParts(at: number, locale: string, zone: Zone): (type: Intl.DateTimeFormatPartTypes) => string {
  const parts = new Intl.DateTimeFormat(locale, {
    timeZone: timeZoneOf(zone),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).formatToParts(at);
  return (type) => parts.find((part) => part.type === type)?.value ?? '';
}

/** The time of day; with the date where `days` asks for it. */
export function formatClock(
  at: number,
  locale: string,
  zone: Zone,
  parts: 'minutes' | 'seconds' | 'days',
): string {
  const part = clockParts(at, locale, zone);
  const minutes = `${part('hour')}:${part('minute')}`;
  if (parts === 'seconds') return `${minutes}:${part('second')}`;
  return parts === 'days' ? `${part('month')}-${part('day')} ${minutes}` : minutes;
}
