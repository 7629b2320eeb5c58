import { counted } from '../../contract/amounts.ts';
import type { Host } from '../../host/host.ts';
import { type Finding, type Reading, together } from './finding.ts';

/** The attributes of one array as they stand in /sys/block/mdX/md; null for one that it does not have. */
export interface MdArray {
  readonly array_state: string | null;
  readonly metadata_version: string | null;
  /** Only of levels with redundancy. */
  readonly degraded: string | null;
  readonly raid_disks: string | null;
  readonly sync_action: string | null;
  readonly sync_completed: string | null;
  /** By the member's name, from dev-NAME/state. */
  readonly members: Readonly<Record<string, string>>;
}

/**
 *     array_state       clean, active, inactive, clear, readonly, read-auto, broken …
 *     metadata_version  1.2, external:imsm (a container), external:/md127/0 (an array in one)
 *     degraded          1
 *     raid_disks        2, or 4 (3) while it is reshaped
 *     sync_action       idle, check, repair, resync, recover, reshape, frozen
 *     sync_completed    47744 / 129024, none, delayed
 *     dev-sdb1/state    in_sync, spare, faulty, `faulty,write_error` …
 *
 * A check or a resync of a whole array is no fault. mismatch_cnt is not read: on RAID 1 and 10 it counts blocks that
 * were written while they were compared, such as swap.
 */
export function judge(name: string, array: MdArray): Finding[] {
  const { array_state: state, members } = array;
  const devices = Object.keys(members);
  const about = { severity: 'fault', subject: name, devices } as const;
  if (state === null || state === 'clear') return [];
  if (state === 'inactive') {
    // A container of Intel's or DDF's metadata never is active, and an empty device has no members.
    const container = /^external:[^/-]/.test(array.metadata_version ?? '');
    if (container || devices.length === 0) return [];
    const text = `${name} is not started: inactive with ${counted(devices.length, 'disk')} present`;
    return [{ ...about, code: 'md-not-started', text }];
  }
  const failed = devices.filter(member => members[member]?.split(',').includes('faulty'));
  const named = failed.length === 0 ? '' : ` (${failed.join(', ')} failed)`;
  if (state === 'broken') {
    return [
      { ...about, code: 'md-broken', text: `${name} is broken: too many disks failed${named}` },
    ];
  }
  const missing = Number.parseInt(array.degraded ?? '0', 10);
  if (missing > 0) {
    const all = Number.parseInt(array.raid_disks ?? '', 10);
    const of = all > 0 ? `${missing} of ${counted(all, 'disk')}` : counted(missing, 'disk');
    const text = `${name} degraded: ${of} missing${named}${rebuild(array)}`;
    return [{ ...about, code: 'md-degraded', text }];
  }
  if (failed.length === 0) return [];
  const text = `${name} is complete, but ${failed.join(', ')} failed: replace or remove it`;
  return [{ ...about, code: 'md-disk-failed', text }];
}

/** `, rebuild 37 %`, or nothing where none runs. */
function rebuild({ sync_action: action, sync_completed: completed }: MdArray): string {
  if (action !== 'recover') return '';
  const [, done, all] = /^(\d+) \/ (\d+)$/.exec(completed ?? '') ?? [];
  if (done === undefined || !(Number(all) > 0)) {
    return completed === 'delayed' ? ', rebuild waits for another array' : ', rebuild begins';
  }
  return `, rebuild ${Math.floor((100 * Number(done)) / Number(all))} %`;
}

/** @param disks the names in /sys/block */
export function read(host: Host, disks: readonly string[]): Reading {
  return together(disks.filter(name => /^md(?:\d+|_.+)$/.test(name)).map(name => one(host, name)));
}

function one(host: Host, name: string): Reading {
  const base = `sys/block/${name}/md`;
  const attribute = (file: string): string | null => host.attribute(`${base}/${file}`);
  const array_state = attribute('array_state');
  const degraded = attribute('degraded');
  // Read only if it is needed: an array without faults costs three files and one a member.
  const hurt = Number.parseInt(degraded ?? '0', 10) > 0;
  const members = host.list(base).flatMap(entry => {
    const state = entry.startsWith('dev-') ? attribute(`${entry}/state`) : null;
    return state === null ? [] : [[entry.slice('dev-'.length), state] as const];
  });
  const array: MdArray = {
    array_state,
    metadata_version: array_state === 'inactive' ? attribute('metadata_version') : null,
    degraded,
    raid_disks: hurt ? attribute('raid_disks') : null,
    sync_action: hurt ? attribute('sync_action') : null,
    sync_completed: hurt ? attribute('sync_completed') : null,
    members: Object.fromEntries(members),
  };
  const idle = array_state === null || array_state === 'clear' || array_state === 'inactive';
  return { watched: idle ? [] : [name], findings: judge(name, array) };
}
