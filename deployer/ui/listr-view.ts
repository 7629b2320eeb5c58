import type { Writable } from 'node:stream';
import { Listr, ListrLogger, type ListrTask, type ListrTaskWrapper, ProcessOutput } from 'listr2';
import type { EngineEvent } from '../engine/events.ts';
import { outcomeWord } from './outcome-words.ts';
import type { View } from './view.ts';

interface Row {
  readonly done: PromiseWithResolvers<void>;
  task: Pick<ListrTaskWrapper<unknown, never, never>, 'title'> | null;
  text: string;
  /** A percentage that has been shown already is not drawn again. */
  percent: number;
}

/**
 * A line a server that is redrawn in place, on standard error. It only shows: the engine runs by itself, each task here
 * waits for the event that ends its server, and Ctrl-C is the engine's business.
 */
export function listrView(
  hosts: readonly string[],
  stream: Writable,
  options: { check: boolean },
): View {
  const width = Math.max(...hosts.map(host => host.length));
  const rows = new Map(hosts.map(host => [host, newRow()]));
  // The view is only made for a stream that is a terminal; listr2 asks for no more than its writing side.
  const output = new ProcessOutput(stream as NodeJS.WriteStream, stream as NodeJS.WriteStream);
  const tasks = [...rows].map(([host, row]) => taskFor(host, row, width));
  const listr = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    forceTTY: true,
    renderer: 'default',
    rendererOptions: {
      showErrorMessage: false,
      logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput: output }),
    },
  });
  const running = listr.run();
  return {
    emit(event) {
      const row = rowOf(rows, event);
      if (row === undefined) return;
      const text = textFor(event, row, options.check);
      if (text !== null) show(row, hostOf(event), width, text);
      if (event.kind !== 'done') return;
      const { outcome } = event.result;
      if (outcome === 'unchanged' || outcome === 'changed') row.done.resolve();
      else row.done.reject(new Error(outcome));
    },
    async end() {
      for (const { done } of rows.values()) done.resolve();
      await running;
    },
  };
}

function newRow(): Row {
  const done = Promise.withResolvers<void>();
  done.promise.catch(() => {});
  return { done, task: null, text: 'waits', percent: -1 };
}

function taskFor(host: string, row: Row, width: number): ListrTask {
  return {
    title: `${host.padEnd(width)}  waits`,
    task: (_, task) => {
      row.task = task;
      task.title = `${host.padEnd(width)}  ${row.text}`;
      return row.done.promise;
    },
  };
}

function show(row: Row, host: string, width: number, text: string): void {
  row.text = text;
  if (row.task !== null) row.task.title = `${host.padEnd(width)}  ${text}`;
}

function hostOf(event: EngineEvent): string {
  if (event.kind === 'note') return '';
  return event.kind === 'done' ? event.result.host : event.host;
}

function rowOf(rows: ReadonlyMap<string, Row>, event: EngineEvent): Row | undefined {
  return rows.get(hostOf(event));
}

function textFor(event: EngineEvent, row: Row, check: boolean): string | null {
  switch (event.kind) {
    case 'note':
      return null;
    case 'phase':
      return event.text;
    case 'change':
      return `activates: ${event.text}`;
    case 'progress': {
      const percent = Math.floor((100 * event.sent) / event.total);
      // Small transfers are over before anybody could read it, and each redraw costs.
      if (event.total < 1_000_000 || percent === row.percent) return null;
      row.percent = percent;
      return `sends ${(event.total / 1e6).toFixed(1)} MB, ${percent} %`;
    }
    case 'done': {
      const { outcome, seconds, reason } = event.result;
      const why = reason === null ? '' : `: ${reason.split('\n')[0]}`;
      return `${outcomeWord(outcome, check).word} after ${seconds.toFixed(1)} s${why}`;
    }
  }
}
