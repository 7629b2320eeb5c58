/** Marks that no output can be mistaken for, as `nonce` is random. */
export interface Marks {
  /** On stderr when the login shell runs our command. */
  readonly begun: string;
  /** On stderr when sudo does. */
  readonly granted: string;
  /** Where sudo's question for the password starts; the user whose password it is and a colon follow. */
  readonly prompt: string;
}

export function marksOf(nonce: string): Marks {
  return {
    begun: `command-begun-${nonce}`,
    granted: `sudo-granted-${nonce}`,
    prompt: `sudo-password-${nonce}-`,
  };
}

/** The meaning of one chunk of a command's stderr. */
export interface StartStep {
  /** The command's own stderr: what came after it started. */
  readonly own: Buffer;
  /** True in the step in which the command started. */
  readonly started: boolean;
  /** True in a step in which sudo asked for the password. */
  readonly asked: boolean;
}

const LIMIT = 16_384;
const NOTHING = Buffer.alloc(0);

/**
 * Reads a command's stderr up to where the command starts: first the messages of the login, then, where sudo stands
 * between, those of sudo. What follows is the command's own.
 */
export class StartGate {
  readonly marks: Marks;
  readonly #viaSudo: boolean;
  #words = '';
  #begun = false;
  #started = false;
  #passwordOf: string | undefined;

  constructor(marks: Marks, viaSudo: boolean) {
    this.marks = marks;
    this.#viaSudo = viaSudo;
  }

  /** Whether the login shell ran the command line, which may yet have to get past sudo. */
  get begun(): boolean {
    return this.#begun;
  }

  get started(): boolean {
    return this.#started;
  }

  /** The messages of the login, or of sudo once that had its turn. */
  get words(): string {
    return Buffer.from(this.#words, 'latin1').toString('utf8');
  }

  /** Whose password sudo asked for, where it says so. */
  get passwordOf(): string | undefined {
    return this.#passwordOf;
  }

  read(chunk: Buffer): StartStep {
    if (this.#started) return { own: chunk, started: false, asked: false };
    // latin1 keeps every byte, so that the rest of the chunk can be given back unchanged.
    this.#words += chunk.toString('latin1');
    this.#begun ||= this.#pass(this.marks.begun);
    if (this.#begun && (!this.#viaSudo || this.#pass(this.marks.granted))) {
      this.#started = true;
      const own = Buffer.from(this.#words, 'latin1');
      this.#words = '';
      return { own, started: true, asked: false };
    }
    const asked = this.#begun && this.#takeQuestion();
    this.#words = this.#words.slice(-LIMIT);
    return { own: NOTHING, started: false, asked };
  }

  /** Drops everything up to the end of a mark's line; false if it is not there yet. */
  #pass(mark: string): boolean {
    const line = `${mark}\n`;
    const at = this.#words.indexOf(line);
    if (at >= 0) this.#words = this.#words.slice(at + line.length);
    return at >= 0;
  }

  #takeQuestion(): boolean {
    const { prompt } = this.marks;
    const at = this.#words.indexOf(prompt);
    const end = at < 0 ? -1 : this.#words.indexOf(':', at);
    if (end < 0) return false;
    const user = this.#words.slice(at + prompt.length, end);
    // A sudo that does not know %p prints it as it is, or leaves it out.
    this.#passwordOf = user === '%p' || user === '' ? undefined : user;
    this.#words = this.#words.slice(0, at) + this.#words.slice(end + 1);
    return true;
  }
}
