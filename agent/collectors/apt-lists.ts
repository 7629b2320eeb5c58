import type { Host } from '../host/host.ts';

/** What a simulation depends on: package lists, installed packages, holds and pins. */
const inputs = [
  'var/lib/apt/lists',
  'var/lib/dpkg/status',
  'var/lib/apt/extended_states',
  'etc/apt/apt.conf',
  'etc/apt/preferences',
  'etc/apt/sources.list',
];
/** Directories of which it reads every file: apt's options, pins and sources. */
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

/** Changes exactly when a new simulation could give another result. */
export function fingerprint(host: Host): string {
  const files = directories.flatMap(path => [
    path,
    ...host.list(path).map(name => `${path}/${name}`),
  ]);
  return [...inputs, ...files].map(path => host.modified(path) ?? '-').join(' ');
}

/** When the package lists were last fetched, or null when that is unknown. */
export function updated(host: Host): Date | null {
  for (const path of stamps) {
    const time = host.modified(path);
    if (time !== null) return new Date(time);
  }
  return null;
}
