import { parse } from '../../../../../agent/collectors/systemctl.ts';

/** What `systemctl show` prints for a unit that runs, but for `more`. */
export const record = (id: string, more: Readonly<Record<string, string | number>> = {}): string =>
  Object.entries({
    Id: id,
    Names: id,
    LoadState: 'loaded',
    ActiveState: 'active',
    SubState: 'running',
    Result: 'success',
    NRestarts: 0,
    MainPID: 713,
    MemoryCurrent: 5242880,
    CPUUsageNSec: 1_000_000_000,
    ControlGroup: `/system.slice/${id}`,
    ...more,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

/** The same for several units. */
export const show = (...records: string[]): string => records.join('\n');

/** The same as a parsed record. */
export const unit = (more: Readonly<Record<string, string | number>> = {}) =>
  parse(record('a.service', more))[0];
