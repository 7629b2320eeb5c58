import type { Host } from '../host/host.ts';

/** Files, and a directory, that a simulation's answer is made of: lists, what is installed, held and pinned. */
const inputs = [
  'var/lib/apt/lists',
  'var/lib/dpkg/status',
  'var/lib/apt/extended_states',
  'etc/apt/apt.conf',
  'etc/apt/preferences',
  'etc/apt/sources.list',
];
/** Directories of which it takes every file: apt's options, pins, and where packages come from. */
const directories = ['etc/apt/apt.conf.d', 'etc/apt/preferences.d', 'etc/apt/sources.list.d'];

/**
 * Files whose time is that of the last successful update of the lists, best first. Debian writes the first two only
 * where update-notifier or unattended-upgrades is set up; fetching touches the last one always.
 */
const stamps = [
  'var/lib/apt/periodic/update-success-stamp',
  'var/lib/apt/periodic/update-stamp',
  'var/lib/apt/lists/partial',
];

/** Changes when, and only when, a new simulation could answer something else. */
export function fingerprint(host: Host): string {
  const files = directories.flatMap(path => [
    path,
    ...host.list(path).map(name => `${path}/${name}`),
  ]);
  return [...inputs, ...files].map(path => host.modified(path) ?? '-').join(' ');
}

/** When the package lists were last fetched, or null when nothing tells. */
export function updated(host: Host): Date | null {
  for (const path of stamps) {
    const time = host.modified(path);
    if (time !== null) return new Date(time);
  }
  return null;
}
