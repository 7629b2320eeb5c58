import type { Writable } from 'node:stream';
import { Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';
import type { EngineEvent } from '../run/events.ts';
import { doneWords } from './outcome-words.ts';
import type { View } from './view.ts';

type RowEvent = Exclude<EngineEvent, { kind: 'note' }>;

interface Row {
  readonly label: string;
  text: string;
  /** When the text was set, in milliseconds of a monotonic clock. */
  since: number;
  /** How it ended; null while it runs. */
  ended: 'well' | 'badly' | null;
  /** Sets the line on the screen; null while it is not drawn. */
  draw: ((text: string) => void) | null;
  finish: (() => void) | null;
}

/**
 * A line a server that is redrawn in place. It only shows: the engine runs by itself, each task here waits for the
 * event that ends its server, and Ctrl-C is handled by the engine.
 */
export class ListrView implements View {
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #stream: Writable;
  readonly #options: { check: boolean; clear: boolean };
  #running: Promise<unknown> | null = null;
  #clock: NodeJS.Timeout | undefined;

  constructor(
    hosts: readonly string[],
    stream: Writable,
    options: { check: boolean; clear: boolean },
  ) {
    const width = Math.max(...hosts.map(host => host.length));
    this.#rows = new Map(hosts.map(host => [host, newRow(host.padEnd(width))]));
    this.#stream = stream;
    this.#options = options;
  }

  start(): void {
    // The view is only made for a stream that is a terminal; listr2 needs only its writing side.
    const terminal = this.#stream as NodeJS.WriteStream;
    const processOutput = new ProcessOutput(terminal, terminal, { leaveEmptyLine: false });
    const listr = new Listr([...this.#rows.values()].map(taskFor), {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      forceTTY: true,
      renderer: 'default',
      rendererOptions: {
        showErrorMessage: false,
        clearOutput: true,
        formatOutput: 'truncate',
        logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput }),
      },
    });
    this.#running = listr.run();
    this.#clock = setInterval(() => this.#drawTimes(), 1_000);
  }

  emit(event: EngineEvent): void {
    if (event.kind === 'note') {
      this.#note(event.text);
      return;
    }
    const row = this.#rows.get(event.kind === 'done' ? event.result.host : event.host);
    if (row === undefined) return;
    const text = textFor(event, this.#options.check);
    if (event.kind === 'progress') row.text = text;
    else change(row, text);
    // Progress comes many times a second, and is drawn with the times.
    if (event.kind !== 'progress') row.draw?.(row.text);
    if (event.kind !== 'done') return;
    const { outcome } = event.result;
    row.ended = outcome === 'unchanged' || outcome === 'changed' ? 'well' : 'badly';
    row.finish?.();
  }

  /** Removes the lines from the screen while `work` asks a person. */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#stop();
    try {
      return await work();
    } finally {
      this.start();
    }
  }

  async end(): Promise<void> {
    await this.#stop();
    if (this.#options.clear) return;
    for (const { label, text } of this.#rows.values()) this.#stream.write(`${label}  ${text}\n`);
  }

  /** A message about the run as a whole is what the servers wait for. */
  #note(text: string): void {
    for (const row of this.#rows.values()) {
      if (row.ended !== null) continue;
      change(row, text);
      row.draw?.(text);
    }
  }

  #drawTimes(): void {
    for (const row of this.#rows.values()) {
      if (row.ended !== null || row.draw === null) continue;
      const seconds = Math.floor((performance.now() - row.since) / 1_000);
      row.draw(seconds < 2 ? row.text : `${row.text}, ${seconds} s`);
    }
  }

  async #stop(): Promise<void> {
    clearInterval(this.#clock);
    for (const { finish } of this.#rows.values()) finish?.();
    await this.#running;
    this.#running = null;
  }
}

function newRow(label: string): Row {
  return {
    label,
    text: 'waits',
    since: performance.now(),
    ended: null,
    draw: null,
    finish: null,
  };
}

function change(row: Row, text: string): void {
  row.text = text;
  row.since = performance.now();
}

function taskFor(row: Row): ListrTask {
  return {
    title: `${row.label}  ${row.text}`,
    task: async (_, task) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      row.finish = resolve;
      row.draw = text => {
        task.title = `${row.label}  ${text}`;
      };
      row.draw(row.text);
      if (row.ended === null) await promise;
      row.draw = null;
      row.finish = null;
      // Only draws the cross: with exitOnError off it has no other effect.
      if (row.ended === 'badly') throw new Error(row.text);
    },
  };
}

function textFor(event: RowEvent, check: boolean): string {
  switch (event.kind) {
    case 'phase':
      return event.text;
    case 'change':
      return `activates: ${event.text}`;
    case 'progress':
      return `sends ${megabytes(event.sent)} of ${megabytes(event.total)} MB`;
    case 'done':
      return doneWords(event.result, check);
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
