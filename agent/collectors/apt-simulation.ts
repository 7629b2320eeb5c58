import type { Package } from '../contract/heartbeat.ts';
import { compareVersions } from './debian-version.ts';

/**
 * A simulation needs no lock, changes nothing, and excludes held and phased packages as apt does. What `-qq` would
 * refuse to do unasked (a pinned downgrade, the removal of an essential package) must not hide the other updates.
 */
export const simulation = [
  '-o',
  'Debug::NoLocking=true',
  '-o',
  'APT::Get::Show-User-Simulation-Note=false',
  '-s',
  '-qq',
  '--allow-downgrades',
  '--allow-remove-essential',
  '--allow-change-held-packages',
  'dist-upgrade',
] as const;

/**
 *     Inst libssl3 [3.0.11-1] (3.0.13-1 Debian:12.5/stable, Debian-Security:12/stable-security [amd64])
 *     Inst libc6:i386 [2.36-9] (2.36-10 Debian:12.5/stable [i386]) [libc6:amd64 ]
 *     Inst linux-image-6.1.0-18-amd64 (6.1.76-1 Debian:12.5/stable [amd64])
 *     Conf libssl3 (3.0.13-1 Debian:12.5/stable [amd64])
 *
 * Updates are the `Inst` lines with an installed version in brackets; without one the package is new, pulled in by
 * another. A package of two architectures is one update, a downgrade is none. What comes after the new version are its
 * origins, each `Label:Version/Suite` or `Label:Suite`, where a label may hold anything.
 */
export function parse(text: string): Package[] {
  const packages = new Map<string, Package>();
  const lines = text.matchAll(
    /^Inst (\S+) \[([^\]\s]+)\] \((\S+) (.*?)(?: \[[^\]]*\])?\)(?: \[[^\]]*\])*$/gm,
  );
  for (const [, fullName = '', current = '', next = '', origin = ''] of lines) {
    const name = fullName.replace(/:[^:]*$/, '');
    if (packages.has(name) || compareVersions(next, current) <= 0) continue;
    const origins = splitOrigins(origin);
    packages.set(name, {
      name,
      current_version: current,
      new_version: next,
      repository: [...new Set(origins.map(suite))].join(',').slice(0, 255) || 'unknown',
      is_security: origins.some(isSecurity),
    });
  }
  return [...packages.values()];
}

/** A comma before the first colon belongs to the label. */
function splitOrigins(text: string): string[] {
  const parts = text.match(/(?:[^:]*:)?.*?(?:, |$)/g) ?? [];
  return parts.map(each => each.replace(/, $/, '')).filter(Boolean);
}

/** `Debian-Security:12/stable-security` is suite `stable-security`. */
function suite(origin: string): string {
  return origin.replace(/^.*[:/]/, '');
}

/**
 * Debian's and Ubuntu's names for their security archives, in the origin alone: packages such as
 * libapache2-mod-security2 have the word in their own name.
 */
export function isSecurity(origin: string): boolean {
  return /-security$/i.test(suite(origin)) || /^(?:Debian-Security|UbuntuESM)/.test(origin);
}
