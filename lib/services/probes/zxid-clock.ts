/**
 * When the ensemble was at which zxid, as far as probes saw: what turns a member's distance in transactions into time.
 * Between two sightings of one epoch the counter is taken to have grown evenly. Pure.
 */
interface Sighting {
  readonly at: number;
  readonly zxid: bigint;
}

/** Some minutes of probes; a member further behind is told as at least that much. */
const sightingsMax = 240;
const epochShift = 32n;
const counterMask = 0xffff_ffffn;

export interface TimeLag {
  readonly ms: number;
  /** It is behind for longer than was seen. */
  readonly atLeast: boolean;
}

export class ZxidClock {
  private readonly sightings: Sighting[] = [];

  /** A member had this zxid at this time; only what is newer than all before moves the clock. */
  see(zxid: bigint, at: number): void {
    // A new leader's zxid begins its epoch before anything is written in it: nobody is behind for that.
    if ((zxid & counterMask) === 0n) return;
    const last = this.sightings.at(-1);
    if (last !== undefined && (zxid <= last.zxid || at < last.at)) return;
    this.sightings.push({ at, zxid });
    if (this.sightings.length > sightingsMax) this.sightings.shift();
  }

  /** How long a member that had `zxid` at `at` was behind then; null while nothing newer is known. */
  lag(zxid: bigint, at: number): TimeLag | null {
    const index = this.sightings.findIndex((sighting) => sighting.zxid > zxid);
    if (index < 0) return null;
    const after = this.sightings[index]!;
    const before = this.sightings[index - 1];
    if (before === undefined) return { ms: Math.max(0, at - after.at), atLeast: true };
    const sameEpoch = before.zxid >> epochShift === after.zxid >> epochShift;
    // not wide: distances within one epoch have 32 bits.
    const share = sameEpoch ? Number(zxid - before.zxid) / Number(after.zxid - before.zxid) : 1;
    const passedAt = before.at + Math.max(0, share) * (after.at - before.at);
    return { ms: Math.max(0, at - passedAt), atLeast: false };
  }
}
