/**
 * Quotas as ZooKeeper keeps them in the tree itself: `/zookeeper/quota` + path + `/zookeeper_limits` holds the limits and
 * `…/zookeeper_stats` the usage, which each server rewrites in place while it applies changes, without a transaction and
 * without touching version or mzxid. Texts are those of Apache's `StatsTrack`. Pure.
 */
export const quotaRoot = '/zookeeper/quota';
export const limitsName = '/zookeeper_limits';
export const statsName = '/zookeeper_stats';

/** Znodes, the one with the quota included, and bytes of their data; −1 is "no limit". Soft ones are only logged. */
export interface Limits {
  readonly count: number;
  readonly bytes: number;
  readonly countHard: number;
  readonly bytesHard: number;
}

export const noLimits: Limits = { count: -1, bytes: -1, countHard: -1, bytesHard: -1 };

/** `count=5,bytes=-1=;byteHardLimit=100;countHardLimit=10`; what is missing or no number is −1. */
export function parseLimits(text: string): Limits {
  const values = new Map<string, number>();
  for (const part of text.split(/[,;]/)) {
    const [key, value] = part.split('=');
    const number = Number(value);
    if (key !== undefined && value !== undefined && value !== '' && Number.isFinite(number))
      values.set(key, number);
  }
  const of = (key: string) => values.get(key) ?? -1;
  return {
    count: of('count'),
    bytes: of('bytes'),
    countHard: of('countHardLimit'),
    bytesHard: of('byteHardLimit'),
  };
}

/** As Apache's client shell writes it. */
export function limitsText({ count, bytes, countHard, bytesHard }: Limits): string {
  return `count=${count},bytes=${bytes}=;byteHardLimit=${bytesHard};countHardLimit=${countHard}`;
}

/** What a client creates the usage with; the server counts as it takes this in. */
export const unusedText = limitsText({ ...noLimits, count: 0, bytes: 0 });

/** Where the limits of a path stand. */
export function limitsPath(path: string): string {
  return `${quotaRoot}${path}${limitsName}`;
}

/** Where the usage of a path stands. */
export function statsPath(path: string): string {
  return `${quotaRoot}${path}${statsName}`;
}
