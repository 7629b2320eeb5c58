import { inspect } from 'node:util';

/** Printed in place of a secret. */
export const REDACTED = '[REDACTED]';

/**
 * A text that must not be shown: printing, joining, inspecting or serialising it gives `[REDACTED]`, and only
 * `reveal()` gives the text. What a template makes of a secret is a secret too.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: for a file, a password prompt, or a digest, and for nothing that a person reads. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

export function secretOf(text: string | undefined): Secret | undefined {
  return text === undefined ? undefined : new Secret(text);
}
