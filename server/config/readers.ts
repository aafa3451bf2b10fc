import type { Faults } from './faults';

/** Takes one value into a configuration being made; what is wrong with it goes to `faults`. */
export type Read<Draft> = (draft: Draft, key: string, value: string, faults: Faults) => void;

type FieldsOf<Draft, Value> = {
  [Key in keyof Draft]-?: Draft[Key] extends Value ? Key : never;
}[keyof Draft];

export const int31 = 2 ** 31 - 1;

/** The readers of numbers and flags for the fields of one kind of draft. */
export function readersOf<Draft extends object>() {
  const get = (draft: Draft, field: keyof Draft): unknown => draft[field];
  const set = (draft: Draft, field: keyof Draft, value: unknown): void => {
    (draft as Record<keyof Draft, unknown>)[field] = value;
  };
  return {
    number:
      (field: FieldsOf<Draft, number>, min: number, max: number, unit = 1): Read<Draft> =>
      (draft, key, value, faults) => {
        const fallback = (get(draft, field) as number) / unit;
        set(draft, field, faults.integer(key, value, min, max, fallback) * unit);
      },
    /** A value below `min` is raised to it with a warning, as Apache does. */
    raised:
      (field: FieldsOf<Draft, number>, min: number): Read<Draft> =>
      (draft, key, value, faults) => {
        const read = faults.integer(key, value, -int31, int31, get(draft, field) as number);
        if (read < min) faults.warn(`${key}=${value} is below ${min}, which is used instead.`);
        set(draft, field, Math.max(read, min));
      },
    flag:
      (field: FieldsOf<Draft, boolean>, words?: readonly [string, string]): Read<Draft> =>
      (draft, key, value, faults) => {
        set(draft, field, faults.boolean(key, value, get(draft, field) as boolean, words));
      },
    text:
      (field: FieldsOf<Draft, string | null>): Read<Draft> =>
      (draft, _key, value) =>
        set(draft, field, value),
  };
}
