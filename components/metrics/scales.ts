/**
 * The scales that recharts gets in place of d3-scale's (next.config.js). The axes of the charts are numbers, and their ticks
 * come from elsewhere; d3's scales for them would bring along those of calendars and colours, a fifth of what the page loads.
 */
export interface Scale {
  /** Where on screen a value stands; undefined where it stands nowhere. */
  (value: unknown): number | undefined;
  domain(): readonly unknown[];
  domain(values: Iterable<unknown>): Scale;
  range(): readonly number[];
  range(ends: Iterable<unknown>): Scale;
  copy(): Scale;
}

/** How far into the domain a value is: 0 at its start, 1 at its end. */
type PartOf = (value: unknown, domain: readonly unknown[]) => number | undefined;

/** Numbers; where the domain is one number, it stands in the middle. */
export function scaleLinear(): Scale {
  return scaleOf((value, domain) => {
    const [from, to, at] = [Number(domain[0]), Number(domain.at(-1)), Number(value)];
    if (Number.isNaN(at)) return undefined;
    return from === to ? 0.5 : (at - from) / (to - from);
  });
}

/** Categories, evenly apart: what an axis is to recharts until it has told that it is one of numbers. */
export function scalePoint(): Scale {
  return scaleOf((value, domain) => {
    const index = domain.indexOf(value);
    if (index < 0) return undefined;
    return domain.length === 1 ? 0.5 : index / (domain.length - 1);
  });
}

function scaleOf(
  partOf: PartOf,
  values: readonly unknown[] = [0, 1],
  ends: readonly number[] = [0, 1],
): Scale {
  let domain = values;
  let range = ends;
  const scale = (value: unknown): number | undefined => {
    const part = partOf(value, domain);
    const [start = 0, end = 0] = range;
    return part === undefined ? undefined : start + part * (end - start);
  };
  const made: Scale = Object.assign(scale, {
    domain: (next?: Iterable<unknown>) => (next === undefined ? domain : ((domain = [...next]), made)),
    range: (next?: Iterable<unknown>) =>
      next === undefined ? range : ((range = Array.from(next, Number)), made),
    copy: () => scaleOf(partOf, domain, range),
  }) as Scale;
  return made;
}
