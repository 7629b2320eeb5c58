import type { Package } from '../contract/heartbeat.ts';
import { isSecurity } from './apt-simulation.ts';
import { compareVersions } from './debian-version.ts';

/** A version of a package and the sources that have it, as in the lists of `apt-cache policy`. */
interface Offered {
  version: string;
  sources: string[];
}

/**
 *     libssl3:
 *       Installed: 3.0.11-1~deb12u2
 *       Candidate: 3.0.14-1~deb12u1
 *       Version table:
 *          3.0.14-1~deb12u1 500
 *             500 http://deb.debian.org/debian bookworm/main amd64 Packages
 *      *** 3.0.11-1~deb12u2 100
 *             100 /var/lib/dpkg/status
 *
 * `apt-cache policy NAME…`. A version line may end with `(phased 30%)`.
 */
function parseVersions(text: string): Map<string, Offered[]> {
  const packages = new Map<string, Offered[]>();
  let versions: Offered[] = [];
  for (const line of text.split('\n')) {
    const name = /^(\S+?)(?::[a-z0-9]+)?:$/.exec(line)?.[1];
    const version = /^(?: \*\*\*| {4}) (\S+) -?\d+(?: |$)/.exec(line)?.[1];
    const source = /^ {8}\s*-?\d+ (.+)$/.exec(line)?.[1];
    if (name !== undefined) {
      versions = [];
      packages.set(name, versions);
    } else if (version !== undefined) versions.push({ version, sources: [] });
    else if (source !== undefined) versions.at(-1)?.sources.push(source);
  }
  return packages;
}

/**
 *     Package files:
 *      500 file:/srv/repo/sec ./ Packages
 *          release v=12,o=Debian,a=stable-security,n=bookworm-security,l=Debian-Security,c=
 *          origin deb.debian.org
 *
 * `apt-cache policy` without names: the sources that are security archives.
 */
export function parseSecuritySources(text: string): Set<string> {
  const found = text.matchAll(/^ *-?\d+ (.+)\n +release (.*)$/gm);
  return new Set(
    [...found].flatMap(([, source = '', release = '']) => {
      const field = (key: string): string =>
        new RegExp(`(?:^|,)${key}=((?:[^,]|,(?![a-z]=))*)`).exec(release)?.[1] ?? '';
      return isSecurity(`${field('l')}:${field('v')}/${field('a')}`) ? [source] : [];
    }),
  );
}

/**
 * `http://security.debian.org/debian-security bookworm-security/main amd64 Packages` says so itself; a flat `./` does
 * not.
 */
function namesSecurity(source: string): boolean {
  return / \S+-security\//.test(source);
}

/**
 * Whether there are versions in between whose sources do not say by their names alone that they are security archives.
 */
export function isUnsure(packages: readonly Package[], policy: string): boolean {
  return between(packages, policy).some(
    ({ sources }) => sources.length > 0 && !sources.some(namesSecurity),
  );
}

/**
 * The packages with `is_security` as apt-check decides it: a fix that a later version in another suite has superseded
 * is still a fix.
 *
 * @param policy of these packages
 * @param security sources known as security archives
 */
export function markSecurity(
  packages: readonly Package[],
  policy: string,
  security: ReadonlySet<string>,
): Package[] {
  const fixed = new Set(
    between(packages, policy)
      .filter(({ sources }) => sources.some(each => namesSecurity(each) || security.has(each)))
      .map(({ name }) => name),
  );
  return packages.map(each => (fixed.has(each.name) ? { ...each, is_security: true } : each));
}

/** Where the versions are from that are newer than the installed one, without that which apt would install. */
function between(
  packages: readonly Package[],
  policy: string,
): { name: string; sources: string[] }[] {
  const policies = parseVersions(policy);
  return packages
    .filter(each => !each.is_security)
    .map(({ name, current_version, new_version }) => {
      const newer = (policies.get(name) ?? []).filter(
        ({ version }) => version !== new_version && compareVersions(version, current_version) > 0,
      );
      return { name, sources: newer.flatMap(({ sources }) => sources) };
    });
}
