/** Bytes that are not the record they should be: names the record, the field and the offset where decoding stopped. */
export class JuteError extends Error {
  override readonly name = 'JuteError';

  constructor(
    readonly reason: string,
    readonly offset: number,
    readonly record = '',
    readonly field = '',
  ) {
    super(
      record === ''
        ? `${reason} at byte ${offset}`
        : `${record}${field === '' ? '' : `.${field}`}: ${reason} at byte ${offset}`,
    );
  }
}
