/** The unbroken runs of a series as `points` attributes, scaled from zero to the largest value. */
export function sparkSegments(values: readonly (number | null)[], width: number, height: number): string[] {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return [];
  const top = Math.max(...known, Number.MIN_VALUE);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const segments: string[] = [];
  let run: string[] = [];
  const close = () => {
    // A lone sample still shows, as a dot's worth of line.
    if (run.length === 1) run.push(run[0]!.replace(/^[\d.]+/, (x) => String(Number(x) + 0.5)));
    if (run.length > 0) segments.push(run.join(' '));
    run = [];
  };
  values.forEach((value, index) => {
    if (value === null) return close();
    const y = height - 1.5 - (value / top) * (height - 3);
    run.push(`${round(index * step)},${round(y)}`);
  });
  close();
  return segments;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
