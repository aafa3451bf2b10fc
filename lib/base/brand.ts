/** A value whose type cannot be mixed up with its carrier's: `Brand<bigint, 'Zxid'>`. */
export type Brand<Carrier, Name extends string> = Carrier & { readonly __brand: Name };
