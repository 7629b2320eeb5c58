import type { Writable } from 'node:stream';

/** Where a long step says how far it is; `detail` is one short line. */
export type Progress = (detail: string) => void;

const TITLE_WIDTH = 46;
const PLAIN_EVERY_MS = 15_000;

/** Steps of a long job on a stream: one line each, with the time it took, moving on a terminal. */
export class Steps {
  readonly #out: Writable & { isTTY?: boolean; columns?: number };

  constructor(out: Writable & { isTTY?: boolean; columns?: number }) {
    this.#out = out;
  }

  /** Runs one step; its result may carry a note for the finished line, by `done`. */
  async run<T>(
    title: string,
    work: (progress: Progress, done: Progress) => Promise<T>,
  ): Promise<T> {
    const started = performance.now();
    let detail = '';
    let note = '';
    const period = this.#out.isTTY === true ? 250 : PLAIN_EVERY_MS;
    const timer = setInterval(
      () => this.#pending(title, detail, performance.now() - started),
      period,
    );
    try {
      const result = await work(
        text => {
          detail = text;
        },
        text => {
          note = text;
        },
      );
      this.#finished('✓', title, note, performance.now() - started);
      return result;
    } catch (error) {
      this.#finished('✗', title, '', performance.now() - started);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  /** Lines that belong under the step before, indented. */
  lines(text: string): void {
    const indented = text.trimEnd().replaceAll(/^(?=.)/gm, '    ');
    this.#out.write(`${indented}\n`);
  }

  #pending(title: string, detail: string, elapsed: number): void {
    const line = `… ${title.padEnd(TITLE_WIDTH)} ${seconds(elapsed)}  ${detail}`.trimEnd();
    if (this.#out.isTTY !== true) this.#out.write(`${line}\n`);
    else this.#out.write(`\r\u001b[K${line.slice(0, (this.#out.columns ?? 80) - 1)}`);
  }

  #finished(mark: string, title: string, note: string, elapsed: number): void {
    const start = this.#out.isTTY === true ? '\r\u001b[K' : '';
    const line = `${mark} ${title.padEnd(TITLE_WIDTH)} ${seconds(elapsed)}  ${note}`.trimEnd();
    this.#out.write(`${start}${line}\n`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(6)} s`;
}
