import { readFile } from 'node:fs/promises';
import type { AgentContext, CommandOptions } from '../context.ts';
import { parseStatus, type Status } from '../contract/status.ts';
import { warningLine } from '../contract/warnings.ts';

/**
 * Reports in one line whether heartbeats are delivered: 0 if the last one was within 2.5 intervals, else 1. Below it a
 * line for each warning, which changes no exit code.
 */
export async function health({ places }: CommandOptions, context: AgentContext): Promise<number> {
  const { healthy, lines } = await judge(places.statusFile, context.clock.now());
  context[healthy ? 'stdout' : 'stderr'].write(`${lines.join('\n')}\n`);
  return healthy ? 0 : 1;
}

interface Health {
  readonly healthy: boolean;
  readonly lines: readonly string[];
}

async function judge(file: string, now: Date): Promise<Health> {
  try {
    const status = parseStatus(await readFile(file, 'utf8'));
    return status === null
      ? { healthy: false, lines: [`Cannot read ${file}: not a status`] }
      : healthOf(status, now);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const words =
      code === 'ENOENT'
        ? `No agent is running here: expected ${file}, found no such file`
        : `Cannot read ${file}: ${code}`;
    return { healthy: false, lines: [words] };
  }
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
