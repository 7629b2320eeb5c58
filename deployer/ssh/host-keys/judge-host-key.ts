import type { SshConfig } from '../ssh-config.ts';
import { describeKey, type HostKey } from './host-key.ts';
import type { KnownHost, KnownKey } from './known-hosts.ts';

export type Verdict =
  | { readonly verdict: 'known' }
  /** Not known, and the configuration accepts new keys: to be added to known_hosts. */
  | { readonly verdict: 'new' }
  | { readonly verdict: 'refused'; readonly reason: string };

/** Accepts or rejects a server's host key by OpenSSH's rules. Pure; the reasons say what to do next. */
export function judgeHostKey(config: SshConfig, known: KnownHost, shown: HostKey): Verdict {
  const same = (key: KnownKey): boolean => key.blob.equals(shown.blob);
  const plain = known.keys.filter(key => key.marker === 'none');
  const revoked = [...known.keys, ...known.withoutPort].find(
    key => key.marker === 'revoked' && same(key),
  );
  if (revoked !== undefined) return refused(revokedReason(config, revoked));
  if (plain.some(same)) return { verdict: 'known' };
  if (plain.length > 0) return refused(changedReason(config, known.name, plain, shown));
  if (known.withoutPort.some(key => key.marker === 'none' && same(key))) {
    return { verdict: 'known' };
  }
  if (known.keys.some(key => key.marker === 'ca')) return refused(authorityReason(config, known));
  if (config.unknownHostKeys === 'accept-new') return { verdict: 'new' };
  return refused(unknownReason(config, known, shown));
}

function refused(reason: string): Verdict {
  return { verdict: 'refused', reason };
}

/** `nas-1 (10.0.0.5 port 2222)`: what was asked for, and its address. */
export function describeHost(config: SshConfig): string {
  const address = config.hostname.includes(':') ? `[${config.hostname}]` : config.hostname;
  return `${config.label} (${address} port ${config.port})`;
}

function revokedReason(config: SshConfig, key: KnownKey): string {
  return `${describeHost(config)} showed the host key ${describeKey(key)}, which ${key.file}:${key.line} marks as revoked: do not connect until the server has a new key`;
}

function changedReason(
  config: SshConfig,
  name: string,
  keys: readonly KnownKey[],
  shown: HostKey,
): string {
  const wanted = keys.map(key => `${describeKey(key)} (${key.file}:${key.line})`).join(', ');
  const files = [...new Set(keys.map(key => key.file))];
  const forget = files.map(file => `ssh-keygen -R '${name}' -f '${file}'`).join(' and ');
  return [
    `The host key of ${describeHost(config)} is not the one in known_hosts: expected ${wanted}, found ${describeKey(shown)}.`,
    'Either the server was reinstalled, or another machine answers in its place.',
    `If it was reinstalled: ${forget}, then ssh ${config.alias} once and compare the fingerprint`,
  ].join(' ');
}

function unknownReason(config: SshConfig, known: KnownHost, shown: HostKey): string {
  const scan = `ssh-keyscan -p ${config.port} -t ${keyscanType(shown)} ${config.hostname}`;
  const elsewhere = known.withoutPort.some(key => key.marker === 'none')
    ? ` (another key is known for ${config.hostname} without the port)`
    : '';
  const command =
    config.knownHostsCommand === undefined
      ? ''
      : '; KnownHostsCommand is asked with --transport openssh only';
  return [
    `The host key of ${describeHost(config)} is not known: found ${describeKey(shown)}, but nothing for '${known.name}' in ${known.files.join(', ') || 'any file'}${elsewhere}${command}.`,
    `Compare it with "ssh-keygen -lf /etc/ssh/ssh_host_${keyscanType(shown)}_key.pub" on the server, then ssh ${config.alias} once (or ${scan} >> ${known.files[0] ?? '~/.ssh/known_hosts'})`,
  ].join(' ');
}

function authorityReason(config: SshConfig, known: KnownHost): string {
  const authority = known.keys.find(key => key.marker === 'ca');
  return `The host key of ${describeHost(config)} is signed by a certificate authority (${authority?.file}:${authority?.line}), which only OpenSSH itself can check: use --transport openssh`;
}

function keyscanType(key: HostKey): string {
  if (key.type.startsWith('ecdsa-')) return 'ecdsa';
  return key.type.replace(/^ssh-/, '');
}
