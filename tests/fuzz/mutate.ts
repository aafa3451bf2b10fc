import type { Random } from '../sim/random';

/** Damage of the kinds that disks, cut connections and hostile peers do to bytes and to text. */

const oddInts = [-1, -2, 0, 1, 0x7fff_ffff, -0x8000_0000, 0x10000, 3];

function mutateOnce(bytes: Buffer, random: Random): Buffer {
  const { length } = bytes;
  if (length === 0) return Buffer.from([random.int(0, 255)]);
  const at = random.int(0, length - 1);
  const span = random.int(1, Math.min(64, length - at));
  switch (random.int(0, 7)) {
    case 0:
      bytes[at] = bytes[at]! ^ (1 << random.int(0, 7));
      return bytes;
    case 1:
      bytes[at] = random.pick([0, 0x7f, 0x80, 0xff, 0x42]);
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.alloc(span, random.int(0, 255)),
        bytes.subarray(at),
      ]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + span)]);
    case 5:
      return Buffer.from(bytes.fill(0, at, at + span));
    case 6:
      if (at + 4 <= length) bytes.writeInt32BE(random.pick(oddInts), at);
      return bytes;
    default: {
      const from = random.int(0, length - 1);
      const copied = bytes.subarray(from, from + span);
      return Buffer.concat([bytes.subarray(0, at), copied, bytes.subarray(at)]);
    }
  }
}

/** A changed copy; one change most of the time. */
export function mutated(bytes: Buffer, random: Random): Buffer {
  let changed: Buffer = Buffer.from(bytes);
  for (let times = random.chance(0.7) ? 1 : random.int(2, 5); times > 0; times -= 1)
    changed = mutateOnce(changed, random);
  return changed;
}

export function mutatedText(text: string, random: Random): string {
  return mutated(Buffer.from(text), random).toString('utf8');
}
