/**
 * Which line separator an editor must be given so that it returns the text byte for byte. CodeMirror, left alone, reads
 * CRLF, CR and LF alike and writes LF back; told one separator, it keeps every other character as it is.
 */
export type LineSeparator = '\n' | '\r\n' | '\r';
export type LineEndings = 'lf' | 'crlf' | 'cr' | 'mixed';

export function lineEndings(text: string): LineEndings {
  const all = text.match(/\r\n|\r|\n/g);
  if (all === null) return 'lf';
  const first = all[0];
  if (all.some((ending) => ending !== first)) return 'mixed';
  return first === '\n' ? 'lf' : first === '\r\n' ? 'crlf' : 'cr';
}

/** Mixed endings split at LF; the CRs then show as characters of their own. */
export function lineSeparatorOf(text: string): LineSeparator {
  const endings = lineEndings(text);
  return endings === 'crlf' ? '\r\n' : endings === 'cr' ? '\r' : '\n';
}
