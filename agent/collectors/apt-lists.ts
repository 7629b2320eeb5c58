import type { Host } from '../host/host.ts';

const lists = 'var/lib/apt/lists';

/** What a simulation depends on beside the directories below: package lists, installed packages and holds. */
const state = [lists, 'var/lib/dpkg/status', 'var/lib/apt/extended_states'];

/** What the administrator wrote for apt: options, pins and sources. */
const files = ['etc/apt/apt.conf', 'etc/apt/preferences', 'etc/apt/sources.list'];
/** Directories of the same, and the names that apt reads there: the others are backups. */
const directories: Readonly<Record<string, RegExp>> = {
  'etc/apt/apt.conf.d': /^(?:[^.]+|.+\.conf)$/,
  'etc/apt/preferences.d': /^(?:[^.]+|.+\.pref)$/,
  'etc/apt/sources.list.d': /\.(?:list|sources)$/,
};
/** Keys that lists are checked with. They change no simulation: looked at when one is due. */
const keyFiles = ['etc/apt/trusted.gpg'];
const keyDirectories: Readonly<Record<string, RegExp>> = {
  'etc/apt/trusted.gpg.d': /\.(?:gpg|asc)$/,
  'etc/apt/keyrings': /\.(?:gpg|asc)$/,
};

/** Written once all lists have been fetched, where update-notifier or apt's own timer is set up. */
const stamps = ['var/lib/apt/periodic/update-success-stamp', 'var/lib/apt/periodic/update-stamp'];

/** `deb.debian.org_debian_dists_bookworm_InRelease`, `_srv_repo_._Release` */
const release = /_(?:In)?Release$/;
/** `…_main_binary-amd64_Packages`, with `.lz4` or the like where apt keeps them compressed. */
const index = /_Packages(?:\.[a-z0-9]+)?$/;

/** None in a directory that the agent may not read: `unreadable` names it. */
function below(host: Host, of: Readonly<Record<string, RegExp>>): string[] {
  return Object.entries(of).flatMap(([path, names]) =>
    host.listOrNone(path).flatMap(name => {
      return names.test(name) && !name.startsWith('.') ? `${path}/${name}` : [];
    }),
  );
}

/** Changes exactly when a new simulation could give another result, also by permissions. */
export function fingerprint(host: Host): string {
  const watched = [...Object.keys(directories), ...Object.keys(keyDirectories)];
  return [...state, ...watched, ...files, ...below(host, directories)]
    .map(path => host.changed(path) ?? '-')
    .join(' ');
}

/**
 * The first file or directory of apt that the agent may not read, or null. apt-get as the agent's user warns of sources
 * and pins and counts without them; a key that is not readable for all keeps apt from updating its lists.
 */
export function unreadable(host: Host): string | null {
  const own = [...files, ...below(host, directories)];
  const named = own
    .filter(path => path.startsWith('etc/apt/sources.list'))
    .flatMap(path => signedBy(host.attribute(path) ?? ''));
  const keys = [...keyFiles, ...below(host, keyDirectories), ...named];
  const around = [lists, ...Object.keys(directories), ...Object.keys(keyDirectories)];
  return [...around, ...own, ...keys].find(path => !host.isReadable(path)) ?? null;
}

/**
 *     deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg,/b.gpg] https://…
 *
 * or, in a section that `Enabled: no` switches off and whose key may stand there itself:
 *
 *     Signed-By: /usr/share/keyrings/a.gpg /b.gpg
 *
 * Paths without their first slash.
 */
export function signedBy(source: string): string[] {
  return source.split(/\n\s*\n/).flatMap(section => {
    if (/^enabled:\s*(?:no|false|without|off|disable|0)\s*$/im.test(section)) return [];
    const found = section.matchAll(/^[^#\n]*signed-by\s*(?::(.*(?:\n[ \t].*)*)|=([^\]\s]+))/gim);
    return [...found]
      .map(([, field = '', option = '']) => field + option)
      .filter(value => !value.includes('-----BEGIN'))
      .flatMap(value => value.split(/[\s,]+/))
      .filter(path => path.startsWith('/'))
      .map(path => path.slice(1));
  });
}

/**
 * Whether there is any list of packages: without one apt finds nothing to update. Fresh templates of containers and
 * cloud images come so. A recorded host need not hold lists.
 */
export function exist(host: Host): boolean {
  if (!host.exists(lists)) return host.changed(lists) !== null;
  return host.listOrNone(lists).some(name => index.test(name));
}

/**
 * When the package lists were last fetched, or null when that is unknown: the newest evidence of it.
 *
 * @param replaced when a list was last replaced
 */
export function updated(host: Host, replaced: number | null): Date | null {
  const times = [...stamps.map(path => host.modified(path)), replaced];
  const known = times.filter(time => time !== null).filter(Number.isFinite);
  return known.length === 0 ? null : new Date(Math.max(...known));
}

/**
 * Without a stamp of a success that is when a list was last replaced, a lower bound, since fetching what has not
 * changed writes nothing. apt gives lists the server's time, so it is the change of the inode; a list that was
 * unpacked with a template or restored is no newer than its directory. `lists/partial` says nothing: an attempt that
 * failed touches it as well.
 */
export function lastReplaced(host: Host): number | null {
  if (!exist(host)) return null;
  const directory = host.modified(lists);
  const replaced = host
    .listOrNone(lists)
    .filter(name => release.test(name))
    .map(name => host.changed(`${lists}/${name}`))
    .filter(time => time !== null);
  if (directory === null || replaced.length === 0) return directory;
  return Math.min(directory, Math.max(...replaced));
}
