import type { Status } from '../contract/status.ts';

/** How many intervals may pass without a delivered beat before the agent counts as ill. */
const patience = 2.5;

/** Whether the last beat that arrived is young enough, and the words for it. */
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
  const words = `Last heartbeat delivered ${age} s ago, wanted one every ${interval} s${why}`;
  return { healthy: false, words };
}
