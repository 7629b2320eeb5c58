import type { AgentContext, CommandOptions } from '../context.ts';
import { parseStatus, type Status } from '../contract/status.ts';
import { warningLine } from '../contract/warnings.ts';
import { readingFault, readOwn } from '../lib/read-own.ts';

/**
 * Reports in one line whether heartbeats are delivered: 0 if the last one was within 2.5 intervals, else 1. Below it a
 * line for each warning, which changes no exit code.
 */
export async function health({ places }: CommandOptions, context: AgentContext): Promise<number> {
  const status = readStatus(places.statusFile);
  const { healthy, lines } =
    typeof status === 'string'
      ? { healthy: false, lines: [status] }
      : healthOf(status, context.clock.now());
  context[healthy ? 'stdout' : 'stderr'].write(`${lines.join('\n')}\n`);
  return healthy ? 0 : 1;
}

/** The status of the agent that runs here, or why there is none. */
export function readStatus(file: string): Status | string {
  try {
    return parseStatus(readOwn(file)) ?? `Cannot read ${file}: not a status`;
  } catch (error) {
    const fault = readingFault(error);
    return fault === 'ENOENT'
      ? `No agent is running here: expected ${file}, found no such file`
      : `Cannot read ${file}: ${fault}`;
  }
}

interface Health {
  readonly healthy: boolean;
  readonly lines: readonly string[];
}

/** How many intervals may pass without a delivered heartbeat before the agent counts as unhealthy. */
const patience = 2.5;

/** Whether the last delivered heartbeat is recent enough, the message for it and the warnings. */
export function healthOf(status: Status, now: Date): Health {
  const { healthy, words } = delivery(status, now);
  return { healthy, lines: [words, ...status.warnings.map(warningLine)] };
}

function delivery(status: Status, now: Date): { healthy: boolean; words: string } {
  const { last_success, last_error, started, interval } = status;
  const why = last_error === null ? '' : `: ${last_error}`;
  if (last_success === null) {
    return { healthy: false, words: `No heartbeat delivered since the start at ${started}${why}` };
  }
  const age = Math.round((now.getTime() - Date.parse(last_success)) / 1000);
  if (age <= patience * interval) {
    return { healthy: true, words: `Last heartbeat delivered ${age} s ago` };
  }
  const words = `Last heartbeat delivered ${age} s ago, expected one every ${interval} s${why}`;
  return { healthy: false, words };
}
