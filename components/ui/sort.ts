/** Sorting of table rows: pure, stable, and unknown values last whichever way the column goes. */

export type SortKey = string | number | bigint | null;
export interface Sort<Column extends string = string> {
  readonly column: Column;
  readonly descending: boolean;
}

export function compareKeys(left: SortKey, right: SortKey, locale: string): number {
  if (typeof left === 'string' && typeof right === 'string')
    return left.localeCompare(right, locale, { numeric: true });
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}

export function sortRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => SortKey,
  descending: boolean,
  locale: string,
): Row[] {
  return [...rows].sort((a, b) => {
    const left = keyOf(a);
    const right = keyOf(b);
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return descending ? compareKeys(right, left, locale) : compareKeys(left, right, locale);
  });
}

/** What a click on a column's head makes of the sort: ascending, descending, then none. */
export function nextSort(current: Sort | null, column: string): Sort | null {
  if (current === null || current.column !== column) return { column, descending: false };
  return current.descending ? null : { column, descending: true };
}

/** For the URL: `name`, `-name`. */
export function sortToText(sort: Sort | null): string | null {
  return sort === null ? null : `${sort.descending ? '-' : ''}${sort.column}`;
}

export function sortFromText(text: string | null): Sort | null {
  if (text === null || text === '' || text === '-') return null;
  return text.startsWith('-')
    ? { column: text.slice(1), descending: true }
    : { column: text, descending: false };
}
