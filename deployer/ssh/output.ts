import { LineReader } from '../lib/line-reader.ts';

/** The most that is accepted of each output of a command where nothing else is set. */
export const OUTPUT_LIMIT = 16 * 1024 * 1024;

/** Gets lines as they come. While a promise that it returns is pending, nothing more is read from the server. */
export type OnLine = (line: string) => unknown;

/** More came than is accepted. */
export class OutputTooLong extends Error {
  override name = 'OutputTooLong';
}

/** What a command says on one stream: kept to be decoded once at the end, or handed on line by line. Never both. */
export class Output {
  readonly #limit: number;
  readonly #onLine: OnLine | undefined;
  readonly #lines = new LineReader();
  /** Grows by doubling: chunks of one byte, kept one by one, would cost a hundred times what is in them. */
  #kept = Buffer.alloc(0);
  #bytes = 0;

  constructor(limit: number, onLine?: OnLine) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  /** A promise where nothing more is wanted before it ends. Throws OutputTooLong. */
  add(chunk: Buffer): Promise<void> | undefined {
    const end = this.#bytes + chunk.length;
    if (end > this.#limit) throw new OutputTooLong();
    if (this.#onLine !== undefined) {
      this.#bytes = end;
      return this.#hand(this.#lines.read(chunk), this.#onLine);
    }
    if (end > this.#kept.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(4096, 2 * end)));
      this.#kept.copy(larger, 0, 0, this.#bytes);
      this.#kept = larger;
    }
    chunk.copy(this.#kept, this.#bytes);
    this.#bytes = end;
    return undefined;
  }

  /** To be awaited before the text is asked for. */
  async end(): Promise<void> {
    if (this.#onLine !== undefined) await this.#hand(this.#lines.end(), this.#onLine);
  }

  text(): string {
    return this.#onLine === undefined ? this.#kept.toString('utf8', 0, this.#bytes) : '';
  }

  #hand(lines: readonly string[], onLine: OnLine): Promise<void> | undefined {
    for (const [at, line] of lines.entries()) {
      const pending = onLine(line);
      if (pending instanceof Promise) return handRest(pending, lines.slice(at + 1), onLine);
    }
    return undefined;
  }
}

async function handRest(
  pending: Promise<unknown>,
  lines: readonly string[],
  onLine: OnLine,
): Promise<void> {
  await pending;
  for (const line of lines) await onLine(line);
}
