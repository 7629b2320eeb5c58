import { machine } from 'node:os';
import type { OsInfo } from '../contract/heartbeat.ts';
import type { Host } from '../host/host.ts';

/**
 *     NAME="Debian GNU/Linux"
 *     VERSION_ID="12"
 *     PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
 *
 * Shell assignments as os-release(5) allows them: bare, in double quotes with backslash escapes, or in single quotes.
 */
export function parse(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const [, key = '', raw = ''] of text.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)) {
    const quoted = /^(["'])(.*)\1\s*$/.exec(raw);
    const value = quoted?.[1] === "'" ? (quoted[2] ?? '') : (quoted?.[2] ?? raw.trim());
    values.set(key, quoted?.[1] === "'" ? value : value.replace(/\\(.)/g, '$1'));
  }
  return values;
}

export function read(host: Host): OsInfo {
  // The second name is the file itself; the first is a link to it, and of a recorded tree perhaps only the link's text.
  const [release = new Map<string, string>()] = ['etc/os-release', 'usr/lib/os-release']
    .map(path => parse(host.attribute(path) ?? ''))
    .filter(({ size }) => size > 0);
  return {
    distribution: limited(release.get('NAME'), 100),
    // Debian testing and unstable have no VERSION_ID.
    version: limited(release.get('VERSION_ID') || release.get('VERSION_CODENAME'), 100),
    kernel: limited(host.attribute('proc/sys/kernel/osrelease'), 100),
    // The live answer is uname(2)'s: the file names the kernel's architecture even where uname differs.
    architecture: limited(host.live ? machine() : host.attribute('proc/sys/kernel/arch'), 20),
  };
}

function limited(value: string | null | undefined, length: number): string | null {
  return value ? value.slice(0, length).toWellFormed() : null;
}
