import type { HostPlan } from '../plan/plan.ts';
import type { Standing } from '../remote/facts/facts.ts';
import { TransportError } from '../remote/transport/errors.ts';
import { gateMs, type Job } from './job.ts';
import { ProbeFailed, probeStanding } from './probe-host.ts';
import type { Outcome } from './result.ts';
import type { Tools } from './tools.ts';

const PAUSE_MS = 2_000;
/** Beside the gate itself: restarts, a slow boot of the runtime, a link that has to come back. */
const PATIENCE_MS = 60_000;

export interface Settled {
  readonly outcome: Outcome;
  readonly reason: string | null;
}

/**
 * Asks a server over a new connection on which release it stands, until it is no longer at work on one.
 * After a lost link that is the only truth there is; after a good end it is the proof of it.
 */
export async function settle(tools: Tools, job: Job, plan: HostPlan): Promise<Settled> {
  const deadline = tools.now() + gateMs(job) + PATIENCE_MS;
  let last: Settled = { outcome: 'unreachable', reason: null };
  for (;;) {
    last = await look(tools, job, plan);
    if (last.reason === null || last.outcome === 'rolled-back') return last;
    if (tools.now() > deadline) return last;
    await tools.sleep(PAUSE_MS);
  }
}

async function look(tools: Tools, job: Job, plan: HostPlan): Promise<Settled> {
  try {
    return judge(await probeStanding(tools.transport, job.target), plan);
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof ProbeFailed)) throw error;
    return {
      outcome: 'unreachable',
      reason: `The server could not be asked how it ended: ${error.message}. It finishes, or takes everything back, by itself; see "homelab-deploy status ${job.name}" later`,
    };
  }
}

function judge({ service, current, activating }: Standing, plan: HostPlan): Settled {
  if (activating) {
    return { outcome: 'failed', reason: `The server is still at work on ${plan.release}` };
  }
  if (current !== plan.release && current === plan.previous) {
    const where = current === null ? 'nothing is installed' : `${current} runs again`;
    return { outcome: 'rolled-back', reason: `${plan.release} did not stay: ${where}` };
  }
  if (current !== plan.release) {
    return { outcome: 'failed', reason: `Expected ${plan.release} to be live, found ${current}` };
  }
  if (service.active !== 'active') {
    return {
      outcome: 'failed',
      reason: `Expected the service to be active, found ${service.active}`,
    };
  }
  return { outcome: 'changed', reason: null };
}
