/** Which language a request is answered in, and the cookies that hold a person's display choices. */

export const locales = ['en', 'zh-CN'] as const;
export type Locale = (typeof locales)[number];
export const themes = ['light', 'dark', 'system'] as const;
export type Theme = (typeof themes)[number];
/** `local`, `utc` or an IANA name. */
export type ZoneChoice = string;

export const localeCookie = 'zoodeck_locale';
export const themeCookie = 'zoodeck_theme';
export const zoneCookie = 'zoodeck_zone';

/** The cookie's locale if it is one of ours, else the browser's best match, else English. */
export function pickLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  return oneOf(locales, cookie) ?? matchLanguages(acceptLanguage ?? '') ?? 'en';
}

export function pickTheme(cookie: string | undefined): Theme {
  return oneOf(themes, cookie) ?? 'system';
}

export function pickZone(cookie: string | undefined): ZoneChoice {
  if (cookie === 'utc') return cookie;
  if (cookie === undefined || !cookie.includes('/')) return 'local';
  try {
    // What the runtime does not know would fail wherever a time is shown.
    new Intl.DateTimeFormat('en', { timeZone: cookie });
    return cookie;
  } catch {
    return 'local';
  }
}

function oneOf<Choice extends string>(
  choices: readonly Choice[],
  text: string | undefined,
): Choice | undefined {
  return choices.find((choice) => choice === text);
}

/** Reads `zh-TW,zh;q=0.9,en;q=0.8` by weight; any Chinese is answered in the one Chinese there is. */
function matchLanguages(header: string): Locale | undefined {
  const wanted = header
    .split(',')
    .map((part, index) => {
      const [tag = '', ...params] = part.trim().split(';');
      const weight = params.map((param) => /^\s*q=([\d.]+)\s*$/.exec(param)?.[1]).find(Boolean);
      return { tag: tag.toLowerCase(), weight: weight === undefined ? 1 : Number(weight), index };
    })
    .filter(({ tag, weight }) => tag !== '' && weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index);
  for (const { tag } of wanted) {
    if (tag === 'en' || tag.startsWith('en-')) return 'en';
    if (tag === 'zh' || tag.startsWith('zh-')) return 'zh-CN';
  }
  return undefined;
}
