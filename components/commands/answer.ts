import type { CommandResponse } from '@/lib/api/commands';

/** Filtering and copying of a parsed answer. Pure. */

export type AnswerTable = NonNullable<CommandResponse['table']>;

/** Rows beyond this are counted, not drawn; the filter reaches all of them. */
export const rowsShownMax = 1_000;

/** Rows in which some cell holds the text, whatever its case. */
export function filterRows(rows: AnswerTable['rows'], filter: string): AnswerTable['rows'] {
  const needle = filter.trim().toLowerCase();
  return needle === '' ? rows : rows.filter((row) => row.some((cell) => cell.toLowerCase().includes(needle)));
}

/** Whether every cell of a column that is not empty is a plain number: such columns sort and stand as numbers. */
export function isNumeric(rows: AnswerTable['rows'], column: number): boolean {
  const cells = rows.map((row) => row[column] ?? '').filter((cell) => cell !== '');
  return cells.length > 0 && cells.every((cell) => /^-?\d+(\.\d+)?$/.test(cell));
}

/** Sort key of a cell. Whole numbers stay exact: session ids in decimal pass 2^53. */
export function cellKey(cell: string, numeric: boolean): string | number | bigint | null {
  if (cell === '') return null;
  if (!numeric) return cell;
  return cell.includes('.') ? Number(cell) : BigInt(cell);
}

/** The table as an array of objects, cells as the server wrote them. */
export function tableToJson({ columns, rows }: AnswerTable): string {
  const records = rows.map((row) =>
    Object.fromEntries(columns.map((column, index) => [column, row[index] ?? ''])),
  );
  return JSON.stringify(records, null, 2);
}
