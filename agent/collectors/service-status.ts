import type { Service } from '../contract/heartbeat.ts';
import { figure, type Unit } from './systemctl.ts';

type Status = Pick<Service, 'status' | 'status_reason'>;

/**
 * What the hub shows for a unit's state. A unit that is not installed is `unknown`, not `stopped`, which would open
 * an alert; one that systemd restarts again and again is `failed`, though systemd calls it `activating`.
 *
 * @param restartsBefore NRestarts one beat ago, null when it is not known
 */
export function status(unit: Unit | undefined, restartsBefore: number | null): Status {
  if (unit === undefined) return reason('unknown', 'systemctl gave no answer for it');
  const load = unit['LoadState'] ?? '';
  if (load !== 'loaded') return reason('unknown', loadReasons[load] ?? `LoadState is ${load}`);
  const [active = '', sub = '', result = ''] = [
    unit['ActiveState'],
    unit['SubState'],
    unit['Result'],
  ];
  const restarts = figure(unit['NRestarts']) ?? 0;
  const since = restartsBefore === null ? 0 : restarts - restartsBefore;
  if (sub.startsWith('auto-restart')) {
    return reason('failed', `restarting again and again (${restarts} times): ${result}`);
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
      return reason('failed', result);
    case 'inactive':
      return result === '' || result === 'success'
        ? { status: 'stopped', status_reason: null }
        : reason('failed', result);
    case 'deactivating':
      return reason('stopped', `stopping (${sub})`);
    default:
      return reason('unknown', `ActiveState is ${active}`);
  }
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
