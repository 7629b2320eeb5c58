import { readFile } from 'node:fs/promises';
import type { AgentContext, CommandOptions } from '../context.ts';
import { Status } from '../contract/status.ts';

/** Reports in one line whether heartbeats are delivered: 0 if the last one was within 2.5 intervals, else 1. */
export async function health({ places }: CommandOptions, context: AgentContext): Promise<number> {
  const { healthy, words } = await judge(places.statusFile, context.clock.now());
  context[healthy ? 'stdout' : 'stderr'].write(`${words}\n`);
  return healthy ? 0 : 1;
}

async function judge(file: string, now: Date): Promise<{ healthy: boolean; words: string }> {
  try {
    return healthOf(Status.parse(JSON.parse(await readFile(file, 'utf8'))), now);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const words =
      code === 'ENOENT'
        ? `No agent is running here: expected ${file}, found no such file`
        : `Cannot read ${file}: ${code ?? 'not a status'}`;
    return { healthy: false, words };
  }
}

/** How many intervals may pass without a delivered heartbeat before the agent counts as unhealthy. */
const patience = 2.5;

/** Whether the last delivered heartbeat is recent enough, and the message for it. */
export function healthOf(status: Status, now: Date): { healthy: boolean; words: string } {
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
