import { quote } from '../../lib/quote.ts';

const NOTHING = Buffer.alloc(0);

/**
 * ssh answers 255 both for its own failures and for a command that said so itself. So the command's shell adds a last
 * word on stderr that carries its exit code, which is removed again here.
 */
export class EndMark {
  readonly #start: string;
  #held = NOTHING;
  #ended = false;

  /** `nonce` is random, so that no output can be mistaken for the mark. */
  constructor(nonce: string) {
    this.#start = `command-ended-${nonce}`;
  }

  /** True once the command is known to have ended by itself. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The command line that adds the mark; `line` must be one simple command without redirections. */
  wrap(line: string): string {
    const script = `"$@"\ncode=$?\necho ${this.#start} >&2\nexit $code`;
    return `${quote(['/bin/sh', '-c', script, 'sh'])} ${line}`;
  }

  /** What of a chunk is the command's own; the start of something like the mark is held back until more comes. */
  read(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.#held, chunk]);
    const mark = `${this.#start}\n`;
    const at = bytes.indexOf(mark);
    if (at >= 0) {
      this.#ended = true;
      this.#held = NOTHING;
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + mark.length)]);
    }
    let held = Math.min(mark.length - 1, bytes.length);
    while (held > 0 && !mark.startsWith(bytes.subarray(-held).toString('latin1'))) held -= 1;
    this.#held = bytes.subarray(bytes.length - held);
    return bytes.subarray(0, bytes.length - held);
  }

  /** What was held back, when nothing more comes. */
  rest(): Buffer {
    const rest = this.#held;
    this.#held = NOTHING;
    return rest;
  }
}
