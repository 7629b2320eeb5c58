import { StringDecoder } from 'node:string_decoder';

/** Characters of one line; the rest of a longer one is dropped, so that output without a line end costs no memory. */
const MAX_LINE = 64 * 1024;

/** Turns chunks into whole lines, in time linear in them; a character that is split between two chunks stays whole. */
export class LineReader {
  readonly #decoder = new StringDecoder('utf8');
  #open = '';

  /** The lines that this chunk ends. */
  read(chunk: Buffer): string[] {
    const lines = this.#decoder.write(chunk).split('\n');
    if (this.#open.length <= MAX_LINE) this.#open += lines[0] ?? '';
    lines[0] = this.#open;
    // One more than the limit tells a line that was cut from one that is just as long.
    this.#open = (lines.pop() ?? '').slice(0, MAX_LINE + 1);
    return lines.map(cut);
  }

  /** What came after the last line end, as a line of its own. */
  end(): string[] {
    const line = cut(this.#open + this.#decoder.end());
    return line === '' ? [] : [line];
  }
}

function cut(line: string): string {
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line;
}
