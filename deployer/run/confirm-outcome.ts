import type { Warning } from '../../agent/contract/warnings.ts';
import type { InstallState } from '../plan/facts.ts';
import type { HostPlan } from '../plan/plan.ts';
import { TransportError } from '../ssh/errors.ts';
import { askHost } from './ask-hosts.ts';
import type { PushDependencies } from './dependencies.ts';
import { type Beat, waitForBeat } from './first-beat.ts';
import { gateMs, type Job } from './job.ts';
import { ProbeFailed, readInstallState } from './read-facts.ts';
import type { Outcome } from './result.ts';

const PAUSE_MS = 2_000;
/** Beside the gate itself: restarts, a slow boot of the runtime, a connection that has to come back. */
const PATIENCE_MS = 60_000;

export interface ConfirmedOutcome {
  readonly outcome: Outcome;
  readonly reason: string | null;
  /** Of an installation that went well, where it is waited for. */
  readonly beat: Beat | null;
  readonly warnings: readonly Warning[];
}

/** How the first heartbeat is waited for. */
interface BeatWatch {
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Called when nothing but the heartbeat is waited for any more. */
  onWait(): void;
}

/** An installation of which the server knows more than this program. */
interface LostResult {
  /** The server has said that everything arrived. */
  readonly accepted: boolean;
  /** What it is if the server has begun nothing. */
  readonly without: Pick<ConfirmedOutcome, 'outcome' | 'reason'>;
}

/** What is known of an installation whose end has to be confirmed. */
export interface Begun {
  readonly plan: HostPlan;
  /** Where the server unpacked the transfer. */
  readonly directory: string;
  /** How the installer's own result was lost; null if it was not. */
  readonly lost: LostResult | null;
  /** Null where the heartbeat is not waited for. */
  readonly watch: BeatWatch | null;
}

/**
 * Asks a server over a new connection which release is live, until no installation runs there any more.
 * After a lost connection only this shows the outcome; after a success it confirms it.
 */
export async function confirmOutcome(
  tools: PushDependencies,
  job: Job,
  begun: Begun,
): Promise<ConfirmedOutcome> {
  const deadline = tools.now() + gateMs(job) + PATIENCE_MS;
  // A server that got the last bytes before the link was lost may be about to begin.
  if (begun.lost?.accepted === false) await tools.sleep(PAUSE_MS);
  for (;;) {
    const last = await look(tools, job, begun);
    if (last.final || tools.now() > deadline) return last;
    await tools.sleep(PAUSE_MS);
  }
}

/** `final`: asking again would give the same. */
type Look = ConfirmedOutcome & { readonly final: boolean };

async function look(
  { transport, recordFault }: PushDependencies,
  { name, target }: Job,
  begun: Begun,
): Promise<Look> {
  // Without the signal of Ctrl-C: what was begun is followed to its end.
  const answer = await askHost({ target }, { transport, recordFault }, async connection => {
    const look = judge(await readInstallState(connection, begun.directory), begun);
    if (look.outcome !== 'changed' || begun.watch === null) return look;
    begun.watch.onWait();
    const { beat, status } = await waitForBeat(connection, begun.plan.release, begun.watch.signal);
    return { ...look, beat, warnings: status?.warnings ?? look.warnings };
  });
  if (answer.kind === 'answer') return answer.value;
  const { error, outcome, reason } = answer;
  const asked = error instanceof TransportError || error instanceof ProbeFailed;
  if (!asked) return { outcome, reason, warnings: [], beat: null, final: true };
  return {
    beat: null,
    outcome: 'unreachable',
    reason: `The server could not be asked how it ended: ${reason}. It finishes, or takes everything back, by itself; see "homelab-deploy status ${name}" later`,
    warnings: [],
    final: false,
  };
}

function judge(state: InstallState, { plan, lost }: Begun): Look {
  const { service, current } = state;
  const warnings = state.status?.warnings ?? [];
  if (state.activating || state.receiving) {
    const reason = `The server is still at work on ${plan.release}`;
    return { outcome: 'failed', reason, warnings, beat: null, final: false };
  }
  if (current !== plan.release && current === plan.previous) {
    if (lost?.accepted === false) return { ...lost.without, warnings, beat: null, final: true };
    const where = current === null ? 'nothing is installed' : `${current} runs again`;
    const reason = `${plan.release} did not stay: ${where}`;
    return { outcome: 'rolled-back', reason, warnings, beat: null, final: true };
  }
  const wrong =
    current !== plan.release
      ? `Expected ${plan.release} to be live, found ${current}`
      : service.active !== 'active'
        ? `Expected the service to be active, found ${service.active}`
        : null;
  if (wrong !== null)
    return { outcome: 'failed', reason: wrong, warnings, beat: null, final: false };
  return { outcome: 'changed', reason: null, warnings, beat: null, final: true };
}
