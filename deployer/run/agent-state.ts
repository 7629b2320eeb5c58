import type { Facts } from '../plan/facts.ts';

/** The agent on a server in one word. */
export type AgentState =
  /** It runs, and the hub accepted a beat within the last three intervals. */
  | 'beating'
  /** It runs, and the hub refused its last beat. */
  | 'refused'
  /** It runs and has not had time for a beat yet. */
  | 'starting'
  /** It runs, but the hub has accepted no beat for three intervals. */
  | 'silent'
  /** systemd keeps trying to start it, or is just doing so. */
  | 'restarting'
  | 'stopped'
  | 'not installed';

/** From a server's facts; spans are measured on the server's own clock, so that a wrong clock does not change them. */
export function agentState({ current, service, status, time }: Facts): AgentState {
  if (current === null) return 'not installed';
  if (service.active === 'activating') return 'restarting';
  if (service.active !== 'active') return 'stopped';
  if (status === null) return 'starting';
  if (status.last_answer === 'refused') return 'refused';
  const patience = 3 * status.interval;
  const since = secondsSince(status.last_success ?? status.started, time);
  if (since <= patience) return status.last_success === null ? 'starting' : 'beating';
  return 'silent';
}

/** The Node of a server's live release, such as `24.21.0`, if it is a bundled one and older than ours; else null. */
export function olderRuntime({ currentRuntime }: Facts, nodeVersion: string): string | null {
  const found = /^node-v(\d+\.\d+\.\d+)-/.exec(currentRuntime ?? '')?.[1];
  if (found === undefined) return null;
  return found.localeCompare(nodeVersion, 'en', { numeric: true }) < 0 ? found : null;
}

/** Seconds from a timestamp to `now` (seconds since 1970); NaN where it is none. */
export function secondsSince(timestamp: string, now: number): number {
  return now - Date.parse(timestamp) / 1_000;
}
