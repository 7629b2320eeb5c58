import type { SudoMarks } from './sudo.ts';

/** The meaning of one chunk of a sudo command's stderr. */
export interface SudoStep {
  /** The command's own stderr: what came after it began. */
  readonly own: Buffer;
  /** True in the step in which the command began. */
  readonly granted: boolean;
  /** True in a step in which sudo asked for the password. */
  readonly asked: boolean;
}

const LIMIT = 16_384;
const NOTHING = Buffer.alloc(0);

/** Reads the stderr of a sudo command: sudo's messages up to the mark, the command's output after it. */
export class SudoStderr {
  readonly marks: SudoMarks;
  #words = '';
  #granted = false;

  constructor(marks: SudoMarks) {
    this.marks = marks;
  }

  get granted(): boolean {
    return this.#granted;
  }

  /** sudo's messages before the command began. */
  get words(): string {
    return this.#words;
  }

  read(chunk: Buffer): SudoStep {
    if (this.#granted) return { own: chunk, granted: false, asked: false };
    // latin1 keeps every byte, so that the rest of the chunk can be given back unchanged.
    const text = this.#words + chunk.toString('latin1');
    const mark = `${this.marks.granted}\n`;
    const at = text.indexOf(mark);
    if (at >= 0) {
      this.#granted = true;
      this.#words = text.slice(0, at);
      const own = Buffer.from(text.slice(at + mark.length), 'latin1');
      return { own, granted: true, asked: false };
    }
    const asked = text.includes(this.marks.prompt);
    this.#words = text.replaceAll(this.marks.prompt, '').slice(-LIMIT);
    return { own: NOTHING, granted: false, asked };
  }
}
