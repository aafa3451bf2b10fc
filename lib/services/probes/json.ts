/**
 * AdminServer writes session ids and zxids as bare JSON numbers, which JavaScript reads as doubles: 144115218547277831
 * would come out as another session. Integers beyond 15 digits are therefore quoted before parsing and arrive as text.
 */
export function parseJsonExactly(text: string): unknown {
  return JSON.parse(quoteWideIntegers(text)) as unknown;
}

/** Strings are matched first, so that digits inside them are never touched. */
const tokenPattern = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

export function quoteWideIntegers(text: string): string {
  return text.replace(tokenPattern, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token));
}
