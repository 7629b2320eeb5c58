import type { Writable } from 'node:stream';
import type { EngineEvent } from '../run/events.ts';
import { doneWords } from './outcome-words.ts';
import type { View } from './view.ts';

/** One line for each thing that happens: for pipes, logs and CI. */
export function plainView(stream: Writable, options: { check: boolean }): View {
  return {
    emit(event) {
      const line = plainLine(event, options.check);
      if (line !== null) stream.write(`${line}\n`);
    },
    hold: work => work(),
    async end() {},
  };
}

function plainLine(event: EngineEvent, check: boolean): string | null {
  switch (event.kind) {
    case 'note':
      return event.text;
    case 'phase':
      return event.phase === 'probing' ? null : `${event.host}: ${event.text}`;
    case 'change':
      return `${event.host}: changed ${event.text}`;
    case 'progress':
      return null;
    case 'done':
      // The recap below has the reason.
      return `${event.result.host}: ${doneWords({ ...event.result, reason: null }, check)}`;
  }
}
