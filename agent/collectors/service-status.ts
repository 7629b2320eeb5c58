import type { Service } from '../contract/heartbeat.ts';
import { figure, type Unit } from './systemctl.ts';

type Status = Pick<Service, 'status' | 'status_reason'>;

/**
 * What the hub shows for a unit's state. A unit that is not installed is `unknown`, not `stopped`, which would open
 * an alert; one that systemd restarts again and again is `failed`, though systemd calls it `activating`. One that its
 * socket or timer will start counts as running as long as that does.
 *
 * @param restartsBefore NRestarts one beat ago, null when it is not known
 * @param triggers the units that start it and are active
 */
export function status(
  unit: Unit | undefined,
  restartsBefore: number | null,
  triggers: readonly string[] = [],
): Status {
  if (unit === undefined) return reason('unknown', 'systemctl gave no answer for it');
  const load = unit['LoadState'] ?? '';
  if (load === 'loaded') return activity(unit, restartsBefore, triggers);
  const why = loadReasons[load] ?? `LoadState is ${load}`;
  if ((unit['ActiveState'] ?? 'inactive') === 'inactive') return reason('unknown', why);
  // Its file was removed or replaced while it ran.
  const now = activity(unit, restartsBefore, triggers);
  const beside = load === 'not-found' ? 'its unit file is gone' : why;
  return reason(now.status, [now.status_reason, beside].filter(Boolean).join(', '));
}

function activity(unit: Unit, restartsBefore: number | null, triggers: readonly string[]): Status {
  const [active = '', sub = '', result = ''] = [
    unit['ActiveState'],
    unit['SubState'],
    unit['Result'],
  ];
  const restarts = figure(unit['NRestarts']) ?? 0;
  const since = restartsBefore === null ? 0 : restarts - restartsBefore;
  if (sub.startsWith('auto-restart')) {
    const often = restarts > 1 ? ` again and again (${restarts} times)` : '';
    return reason('failed', `restarting${often}: ${result}`);
  }
  switch (active) {
    case 'active':
    case 'reloading':
    case 'refreshing':
      return since >= 2
        ? reason('failed', `restarted ${since} times since the last beat`)
        : { status: 'running', status_reason: null };
    case 'activating':
      return since >= 1
        ? reason('failed', `restarted ${since} times since the last beat`)
        : reason('running', `starting (${sub})`);
    case 'failed':
      return result === 'success' ? reason('failed', sub) : reason('failed', result);
    case 'inactive':
      if (result !== '' && result !== 'success') return reason('failed', result);
      return triggers[0] === undefined
        ? { status: 'stopped', status_reason: null }
        : reason('running', idle(triggers[0], figure(unit['InactiveEnterTimestampMonotonic'])));
    case 'deactivating':
      // Of a unit that a timer or a socket starts, the end of each run.
      return reason(triggers[0] === undefined ? 'stopped' : 'running', `stopping (${sub})`);
    default:
      return reason('unknown', `ActiveState is ${active}`);
  }
}

/** @param endedAt when it last ended, 0 where it has not run since the start of the host */
function idle(trigger: string, endedAt: number | null): string {
  if (trigger.endsWith('.socket')) return `idle: ${trigger} listens`;
  if (!trigger.endsWith('.timer')) return `idle: ${trigger} is active`;
  const last = endedAt === 0 ? 'not run yet' : 'last run succeeded';
  return `idle: ${last}, next by ${trigger}`;
}

const loadReasons: Readonly<Record<string, string>> = {
  'not-found': 'no such unit on this host',
  masked: 'masked',
  'bad-setting': 'its unit file has an error',
  error: 'its unit file cannot be read',
};

function reason(state: Service['status'], words: string): Status {
  return { status: state, status_reason: words.slice(0, 255) };
}
