import { median } from './median';
import type { MemberKind } from '../support/member';

/** One measured quantity: each round's value for both servers. */
export interface Measure {
  readonly what: string;
  readonly unit: string;
  /** Whether more is better. */
  readonly higherIsBetter: boolean;
  readonly rounds: Record<MemberKind, number[]>;
}

export class Results {
  private readonly measures = new Map<string, Measure>();

  add(what: string, unit: string, higherIsBetter: boolean, kind: MemberKind, value: number): void {
    const known = this.measures.get(what);
    const measure = known ?? { what, unit, higherIsBetter, rounds: { apache: [], zoodeck: [] } };
    this.measures.set(what, measure);
    measure.rounds[kind].push(value);
  }

  /** A Markdown table: medians, their ratio, and whether the ratio meets the promise (not worse than Apache's). */
  markdown(): string {
    const rows = [...this.measures.values()].map((measure) => {
      const [apache, ours] = [measure.rounds.apache, measure.rounds.zoodeck];
      if (apache.length === 0 || ours.length === 0) {
        const only = apache.length > 0 ? apache : ours;
        return `| ${measure.what} | ${format(median(only))} ${measure.unit} | | |`;
      }
      const ratio = median(ours) / median(apache);
      const good = measure.higherIsBetter ? ratio >= 1 : ratio <= 1;
      return `| ${measure.what} (${measure.unit}) | ${format(median(ours))} | ${format(median(apache))} | ${ratio.toFixed(2)}${good ? '' : ' ✗'} |`;
    });
    return ['| | Zoodeck | Apache 3.8.0 | ratio |', '| --- | ---: | ---: | ---: |', ...rows].join('\n');
  }
}

function format(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}
