/** The four-letter words of a 3.8 server, as the whitelist knows them. */
export const fourLetterWords: ReadonlySet<string> = new Set(
  'conf cons crst dirs dump envi gtmk ruok stmk srst srvr stat wchc wchp wchs mntr isro hash'.split(' '),
);
