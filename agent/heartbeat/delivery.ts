import type { Heartbeat } from '../contract/heartbeat.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Backlog } from './backlog.ts';
import type { Hub } from './hub.ts';
import type { Outcome } from './outcome.ts';
import { stripRejected } from './strip-rejected.ts';

const retries = 3;
const pause = 5_000;
/** A missed beat is dropped after the hub has answered it this often with an error while it accepted the live one. */
const maxStrikes = 3;
/**
 * If the hub is slow, the rest of the backlog waits for the next cycle after this long, so that the live beat is sent.
 */
const replayLimit = 20_000;

/** The result of one cycle of sending. */
export interface Delivered {
  readonly outcome: Outcome;
  /** How many missed beats were sent before the live one. */
  readonly replayed: number;
}

interface DeliveryDependencies {
  readonly hub: Pick<Hub, 'send'>;
  readonly backlog: Backlog;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Sends the missed beats, oldest first, and then this one. A failure is retried 3 times, 5 s apart, until the next beat
 * is due (`deadline`, monotonic milliseconds). A rejection is not retried, as it would only be repeated. A beat that
 * was not delivered goes to the backlog. Throws the signal's reason when it is aborted; the beat is in the backlog
 * then.
 */
export async function deliver(
  beat: Heartbeat,
  dependencies: DeliveryDependencies,
  deadline: number,
  signal: AbortSignal,
): Promise<Delivered> {
  const { backlog, clock } = dependencies;
  let replayed = 0;
  let outcome: Outcome | undefined;
  try {
    for (let attempt = 0; attempt <= retries; attempt++) {
      if (attempt > 0) await clock.sleep(pause, signal);
      const round = await sendAll(beat, dependencies, signal);
      replayed += round.replayed;
      outcome = round.outcome;
      if (outcome.kind !== 'failed' || clock.monotonic() + pause >= deadline) break;
    }
  } finally {
    if (outcome?.kind !== 'delivered' && outcome?.kind !== 'invalid') backlog.keep(beat);
  }
  if (outcome === undefined) throw new Error('No attempt was made');
  return { outcome, replayed };
}

async function sendAll(
  beat: Heartbeat,
  dependencies: DeliveryDependencies,
  signal: AbortSignal,
): Promise<Delivered> {
  const { backlog, log } = dependencies;
  const { blocked, replayed } = await replay(dependencies, signal);
  if (blocked !== undefined && !(blocked.kind === 'failed' && blocked.answered)) {
    return { outcome: blocked, replayed };
  }
  const outcome = await sendLive(beat, dependencies, signal);
  const suspect = backlog.oldest;
  if (blocked !== undefined && outcome.kind === 'delivered' && suspect !== undefined) {
    // The hub works, so it is this one beat that it does not accept.
    suspect.strikes++;
    if (suspect.strikes >= maxStrikes) {
      backlog.drop();
      log.warning('Missed heartbeat dropped', { reason: blocked.words });
    }
  }
  return { outcome, replayed };
}

/** Sends the backlog, oldest first, until it is empty or one cannot be delivered. */
async function replay(
  { hub, backlog, clock, log }: DeliveryDependencies,
  signal: AbortSignal,
): Promise<{ replayed: number; blocked?: Exclude<Outcome, { kind: 'delivered' | 'invalid' }> }> {
  const end = clock.monotonic() + replayLimit;
  let replayed = 0;
  for (let missed = backlog.oldest; missed !== undefined; missed = backlog.oldest) {
    const outcome = await hub.send(missed.text, signal);
    if (outcome.kind === 'failed' || outcome.kind === 'refused') {
      return { replayed, blocked: outcome };
    }
    if (outcome.kind === 'delivered') replayed++;
    else log.warning('Missed heartbeat dropped', { reason: outcome.words });
    backlog.drop();
    if (clock.monotonic() > end) break;
  }
  return { replayed };
}

/** Sends the live beat; if the hub rejects parts of it by name, once more without them. */
async function sendLive(
  beat: Heartbeat,
  { hub, log }: DeliveryDependencies,
  signal: AbortSignal,
): Promise<Outcome> {
  const outcome = await hub.send(JSON.stringify(beat), signal);
  if (outcome.kind !== 'invalid') return outcome;
  const rest = stripRejected(beat, outcome.places);
  if (rest.dropped.length === 0) return outcome;
  log.debug('Heartbeat sent again without what the hub rejected', {
    dropped: rest.dropped.join(' '),
  });
  const second = await hub.send(JSON.stringify(rest.beat), signal);
  return second.kind === 'delivered' ? { ...second, rejected: outcome.words } : second;
}
