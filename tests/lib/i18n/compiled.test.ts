import { createTranslator } from 'use-intl';
import formatCompiled from 'use-intl/format-message/format-only';
import { describe, expect, test } from 'vitest';
import { compiledMessagesFor } from '@/lib/i18n/compiled';
import { locales } from '@/lib/i18n/locale';
import { messagesFor } from '@/lib/i18n/messages';

type Format = (...args: unknown[]) => unknown;

describe.each([...locales])('compiled messages in %s', (locale) => {
  const compiled = compiledMessagesFor(locale);

  test('are plain data, as the way to the browser needs', () => {
    expect(JSON.parse(JSON.stringify(compiled))).toStrictEqual(compiled);
  });

  test('say what the sources say, also where they count', () => {
    const t = createTranslator({ locale, messages: messagesFor(locale) });
    const formatters = {
      getNumberFormat: (...args: ConstructorParameters<typeof Intl.NumberFormat>) =>
        new Intl.NumberFormat(...args),
      getPluralRules: (...args: ConstructorParameters<typeof Intl.PluralRules>) =>
        new Intl.PluralRules(...args),
    };
    for (const count of [0, 1, 2, 1200]) {
      const message = compiled.frame.cluster.members;
      const said = (formatCompiled as Format)('members', message, { count }, { locale, formatters });
      expect(said).toBe(t('frame.cluster.members', { count }));
    }
  });
});
