/**
 * Recognises by their names the children that lock and election recipes make. Names are all there is: recipes write
 * nothing else down.
 *
 * Curator (`LockInternals`, `LeaderLatch`, `InterProcessReadWriteLock`, `InterProcessSemaphoreV2`) and the clients that
 * copied it: `_c_<uuid>-lock-0000000001`, `-latch-`, `-__READ__`, `-__WRIT__`, `-lease-`; without protection the same
 * without `_c_<uuid>-`. Its LeaderSelector is an InterProcessMutex, hence a lock by name.
 * kazoo (`kazoo.recipe.lock`, `.party`): `<uuid>__lock__0000000001`, `__rlock__`, a semaphore's seat `<uuid>`, and a
 * party's member `<uuid>__party__`.
 * Plain: any ephemeral with ZooKeeper's sequence number at its end.
 */
export type RecipeFamily = 'curator' | 'kazoo' | 'plain';

/**
 * What holders of such nodes share: `lock` and `latch` let one in at a time, `plain` may be either; of `readWrite`
 * readers share; a `lease` is a seat of several; a `member` waits for nothing.
 */
export type RecipeKind = 'lock' | 'readWrite' | 'latch' | 'lease' | 'member' | 'plain';

export interface RecognisedName {
  readonly name: string;
  readonly family: RecipeFamily;
  readonly kind: RecipeKind;
  /** Of `readWrite`: whether it wants to read only. */
  readonly reads: boolean;
  /** Its place in line; null for names without a sequence number, which stand in none. */
  readonly sequence: number | null;
}

const protection = '(?:_c_[0-9a-fA-F-]{32,36}-)?';
/** ZooKeeper pads to ten digits; past 2^31 the counter goes on below zero, which is a sign and up to ten digits. */
const number = '(\\d{10}|-\\d{9,10})';

interface Pattern {
  readonly pattern: RegExp;
  readonly family: RecipeFamily;
  readonly kind: RecipeKind;
  readonly reads?: boolean;
}

const patterns: readonly Pattern[] = [
  { pattern: new RegExp(`^${protection}lock-${number}$`), family: 'curator', kind: 'lock' },
  { pattern: new RegExp(`^${protection}latch-${number}$`), family: 'curator', kind: 'latch' },
  { pattern: new RegExp(`^${protection}lease-${number}$`), family: 'curator', kind: 'lease' },
  {
    pattern: new RegExp(`^${protection}__READ__${number}$`),
    family: 'curator',
    kind: 'readWrite',
    reads: true,
  },
  { pattern: new RegExp(`^${protection}__WRIT__${number}$`), family: 'curator', kind: 'readWrite' },
  { pattern: new RegExp(`^[0-9a-f]{32}__lock__${number}$`), family: 'kazoo', kind: 'lock' },
  {
    pattern: new RegExp(`^[0-9a-f]{32}__rlock__${number}$`),
    family: 'kazoo',
    kind: 'readWrite',
    reads: true,
  },
  { pattern: /^[0-9a-f]{32}__party__$/, family: 'kazoo', kind: 'member' },
  { pattern: /^[0-9a-f]{32}$/, family: 'kazoo', kind: 'lease' },
];
/**
 * Ten digits and no more: a longer number is a time, as in HBase's `host,16020,1764460000000`. Before them a dash is as
 * likely a separator as a sign.
 */
const plain = /(?<!\d)(\d{10})$/;

/** The part a name has in a recipe, or null for a name that has none. */
export function recognise(name: string): RecognisedName | null {
  for (const { pattern, family, kind, reads = false } of patterns) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const sequence = match[1] === undefined ? null : Number(match[1]);
    return { name, family, kind, reads, sequence };
  }
  const digits = plain.exec(name)?.[1];
  if (digits === undefined) return null;
  return { name, family: 'plain', kind: 'plain', reads: false, sequence: Number(digits) };
}

/** Places in line as the counter gave them: after its largest number it goes on with its smallest. */
export function compareSequence(left: number | null, right: number | null): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return left < 0 !== right < 0 ? right - left : left - right;
}
