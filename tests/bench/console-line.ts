/** One figure of the console beside what was promised. */
export interface Line {
  readonly what: string;
  readonly value: string;
  readonly limit: string;
  readonly good: boolean;
}

export function markdown(lines: readonly Line[]): string {
  const rows = lines.map(
    ({ what, value, limit, good }) => `| ${what} | ${value}${good ? '' : ' ✗'} | ${limit} |`,
  );
  return ['| console | measured | limit |', '| --- | ---: | ---: |', ...rows].join('\n');
}
