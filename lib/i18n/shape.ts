/** The same keys as `Messages`, any words: what a translation must have, no more and no less. */
export type Translation<Messages> = {
  readonly [Key in keyof Messages]: Messages[Key] extends string ? string : Translation<Messages[Key]>;
};
