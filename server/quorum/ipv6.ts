/** IPv6 addresses in the form Java prints them: eight groups without leading zeros, nothing shortened, no zone. */

const groupPattern = /^[0-9a-f]{1,4}$/i;

/** The eight groups, or null where the text is no IPv6 address. A zone (`%eth0`) is left out. */
function groupsOf(text: string): string[] | null {
  const address = text.replace(/%[0-9A-Za-z]+$/, '');
  const halves = address.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = [...head!, ...(tail ?? [])];
  if (!given.every((group) => groupPattern.test(group))) return null;
  const missing = 8 - given.length;
  if (halves.length === 1) return missing === 0 ? given : null;
  return missing < 1 ? null : [...head!, ...Array<string>(missing).fill('0'), ...tail!];
}

/** `::1` becomes `0:0:0:0:0:0:0:1`; null where the text is no IPv6 address. */
export function longIPv6(text: string): string | null {
  return (
    groupsOf(text)
      ?.map((group) => parseInt(group, 16).toString(16))
      .join(':') ?? null
  );
}
