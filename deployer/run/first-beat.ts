import type { Status } from '../../agent/contract/status.ts';
import type { Facts } from '../plan/facts.ts';
import { TransportError } from '../ssh/errors.ts';
import type { Connection } from '../ssh/transport.ts';
import { secondsSince } from './agent-state.ts';
import { ProbeFailed, readBeat } from './read-facts.ts';

/** What came of a server's heartbeat. */
export interface Beat {
  /** `refused` (401, 403, 409, 422) stays so; `not confirmed` may still be accepted. */
  readonly answer: 'accepted' | 'refused' | 'not confirmed';
  /** Why it is not accepted, in the agent's words. */
  readonly reason: string | null;
  /** The cause that the agent gives, one of HubCause. */
  readonly cause: string | null;
  /** When the hub accepted it, by the server's clock. */
  readonly at: string | null;
}

/** The agent's words are shorter; a server is not trusted. */
const MAX_REASON = 1_000;

/** Seconds: four requests of 10 s with pauses of 5 s, which is as long as the agent tries, and its start. */
const WAIT = 75;

/**
 * Waits until the agent has ended its first attempt to send a heartbeat since `release` was activated. Never throws:
 * the release is live, whatever is found out here.
 */
export async function waitForBeat(
  connection: Connection,
  release: string,
  signal: AbortSignal,
): Promise<{ beat: Beat; status: Status | null }> {
  try {
    const { status, current } = await readBeat(connection, release, WAIT, signal);
    const found = status?.release === release ? beatOf(status) : null;
    const none =
      current === release
        ? `The agent sent no heartbeat within ${WAIT} s`
        : `Another installation followed: ${current ?? 'nothing'} is live now`;
    return { beat: found ?? notConfirmed(none), status };
  } catch (error) {
    const reason = signal.aborted
      ? 'Interrupted while waiting for the heartbeat'
      : error instanceof TransportError || error instanceof ProbeFailed
        ? error.message
        : null;
    if (reason === null) throw error;
    return { beat: notConfirmed(reason), status: null };
  }
}

/** The last heartbeat of a server that a push leaves as it is; a reason says how old it is. */
export function lastBeat({ status, time }: Pick<Facts, 'status' | 'time'>): Beat | null {
  const beat = status === null ? null : beatOf(status);
  if (beat === null || beat.reason === null || !status?.last_attempt) return beat;
  const seconds = Math.max(0, Math.round(secondsSince(status.last_attempt, time)));
  return { ...beat, reason: `Last heartbeat, ${seconds} s ago: ${beat.reason}` };
}

/** Seconds from the last heartbeat of the release before to this one, by the server's own clock; null if unknown. */
export function gapBefore(beat: Beat | null, before: Status | null): number | null {
  if (!before?.last_success || !beat?.at) return null;
  const gap = Date.parse(beat.at) - Date.parse(before.last_success);
  return Math.max(0, Math.round(gap / 1_000));
}

/** The last heartbeat of an agent; null before it has tried, and where it is too old to say. */
function beatOf(status: Status): Beat | null {
  const { last_answer, last_cause, last_error, last_success } = status;
  const [reason, cause] = [last_error?.slice(0, MAX_REASON) ?? null, last_cause ?? null];
  switch (last_answer) {
    case 'accepted':
      return accepted(last_success);
    case 'refused':
      return { answer: 'refused', reason, cause, at: null };
    case 'failed':
      return { answer: 'not confirmed', reason, cause, at: null };
    default:
      if (reason !== null) return notConfirmed(reason);
      return last_success === null ? null : accepted(last_success);
  }
}

function accepted(at: string | null): Beat {
  return { answer: 'accepted', reason: null, cause: null, at };
}

function notConfirmed(reason: string): Beat {
  return { answer: 'not confirmed', reason, cause: null, at: null };
}
