/**
 * The order in which a Java HashMap with Long keys hands out its entries. Apache writes server, group and weight lines in
 * that order, and members compare their texts; for ids below 12 it is plain ascending order.
 */
export function javaHashOrder(keys: Iterable<number>): number[] {
  const ascending = [...keys].sort((left, right) => left - right);
  let buckets = 16;
  while (ascending.length > buckets * 0.75) buckets *= 2;
  return ascending.sort((left, right) => bucketOf(left, buckets) - bucketOf(right, buckets));
}

/** Long.hashCode folds the halves, HashMap folds again; below 2^16 both change nothing. */
function bucketOf(key: number, buckets: number): number {
  const wide = BigInt.asUintN(64, BigInt(key));
  const hash = Number(BigInt.asUintN(32, wide ^ (wide >> 32n)));
  return (hash ^ (hash >>> 16)) & (buckets - 1);
}
