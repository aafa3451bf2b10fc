/**
 * A credential that cannot slip into a log, a reply or an error: printing or serialising it shows a placeholder. Only
 * `reveal()` gives the text, and only the client that authenticates calls it.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}
