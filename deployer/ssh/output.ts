/** The most that is kept of one stream; a listener still gets everything. */
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

/** Collects a stream's chunks and decodes them once, so that a character split between chunks stays whole. */
export class Output {
  readonly #chunks: Buffer[] = [];
  readonly #listener: ((chunk: Buffer) => void) | undefined;
  #bytes = 0;

  constructor(listener: ((chunk: Buffer) => void) | undefined) {
    this.#listener = listener;
  }

  add(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#listener?.(chunk);
    const kept = chunk.subarray(0, OUTPUT_LIMIT_BYTES - this.#bytes);
    if (kept.length === 0) return;
    this.#bytes += kept.length;
    this.#chunks.push(kept);
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
