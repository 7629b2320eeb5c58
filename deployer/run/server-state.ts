import type { Figures, Status } from '../../agent/contract/status.ts';
import type { Warning } from '../../agent/contract/warnings.ts';
import type { HubView } from '../hub/hub-view.ts';
import type { Facts } from '../plan/facts.ts';
import { type AgentState, agentState, olderRuntime } from './agent-state.ts';
import type { HostAnswer } from './ask-hosts.ts';

/** A server's facts, and whether a push would change something there. */
export interface Observed {
  readonly facts: Facts;
  readonly behind: boolean;
}

/** One server as `status` shows it: what it answered, and the hub's view of it. */
export interface ServerState {
  readonly answer: HostAnswer<Observed>;
  readonly host: string;
  /** An AgentState, or how the server could not be asked. */
  readonly state: string;
  readonly release: string | null;
  /** Whether a push would change something there. */
  readonly behind: boolean;
  /** The bundled Node of its release, if it is older than ours. */
  readonly olderNode: string | null;
  /** Of an agent that runs; null otherwise, as what it said is old. */
  readonly status: Status | null;
  readonly figures: Figures | null;
  readonly warnings: readonly Warning[];
  /** Why no heartbeat is accepted, or the server cannot be asked, in one line. */
  readonly error: string | null;
  /** The server's wall clock in seconds since 1970. */
  readonly time: number;
  readonly hub: HubView | undefined;
}

/** @param nodeVersion the Node that a push installs */
export function serverState(
  answer: HostAnswer<Observed>,
  hub: HubView | undefined,
  nodeVersion: string,
): ServerState {
  const { host } = answer;
  const nothing = { answer, olderNode: null, status: null, figures: null, warnings: [], hub };
  if (answer.kind === 'error') {
    const error = answer.reason.split('\n')[0] ?? '';
    const state = answer.outcome;
    return { ...nothing, host, state, release: null, behind: false, error, time: 0 };
  }
  const { facts, behind } = answer.value;
  const { current, service, formerAgent, time } = facts;
  const status = service.active === 'active' ? facts.status : null;
  const state = agentState(facts);
  return {
    ...nothing,
    host,
    state,
    release: current,
    behind: current !== null && behind,
    olderNode: olderRuntime(facts, nodeVersion),
    status,
    figures: status?.figures ?? null,
    warnings: status?.warnings ?? [],
    error: whyNone(state, formerAgent !== null) ?? status?.last_error ?? null,
    time,
  };
}

/** Of an agent that is not there or does not run: what comes next. */
function whyNone(state: AgentState, hasFormer: boolean): string | null {
  if (state === 'stopped') return 'Does not run: "push" starts it, "logs" has what it said last';
  if (state !== 'not installed') return null;
  return hasFormer
    ? 'Another agent is in place: "push" takes over from it'
    : 'No agent is installed: "push" installs it';
}

const WELL: ReadonlySet<string> = new Set(['beating', 'starting']);

/** Those that need attention first: broken, away, with warnings, behind, well. The inventory's order within each. */
export function byUrgency(servers: readonly ServerState[]): ServerState[] {
  const rank = ({ state, warnings, behind }: ServerState): number => {
    if (state === 'unreachable') return 1;
    if (!WELL.has(state)) return 0;
    if (warnings.length > 0) return 2;
    return behind ? 3 : 4;
  };
  return servers.toSorted((one, other) => rank(one) - rank(other));
}

/**
 * 1 a server that cannot be asked or whose agent does not work, 3 only unreachable ones that should be on, 4 only
 * warnings, 0 otherwise.
 */
export function statusExitCode(
  servers: readonly ServerState[],
  optional: ReadonlySet<string>,
): number {
  const away = servers.filter(({ state }) => state === 'unreachable');
  if (servers.some(server => !WELL.has(server.state) && !away.includes(server))) return 1;
  if (away.some(({ host }) => !optional.has(host))) return 3;
  return servers.some(({ warnings }) => warnings.length > 0) ? 4 : 0;
}
