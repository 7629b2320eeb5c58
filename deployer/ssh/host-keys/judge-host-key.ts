import type { SshConfig } from '../ssh-config.ts';
import { describeKey, type HostKey, rsaBits } from './host-key.ts';
import type { KnownHost, KnownKey } from './known-hosts.ts';

export type Verdict =
  | { readonly verdict: 'known' }
  /** Not known, and the configuration accepts new keys: to be added to known_hosts. */
  | { readonly verdict: 'new' }
  /** Not known either, and only a person may accept it. */
  | { readonly verdict: 'unknown'; readonly reason: string }
  | { readonly verdict: 'refused'; readonly reason: string };

/** Accepts or rejects a server's host key by OpenSSH's rules. Pure; the reasons say what to do next. */
export function judgeHostKey(config: SshConfig, known: KnownHost, shown: HostKey): Verdict {
  const same = (key: KnownKey): boolean => key.blob.equals(shown.blob);
  const bits = rsaBits(shown);
  if (bits !== undefined && bits < config.requiredRsaSize) {
    return refused(
      `${describeHost(config)} showed an RSA key of ${bits} bits as its host key, and RequiredRSASize wants ${config.requiredRsaSize}: give it a larger one, or one of another kind`,
    );
  }
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
  return { verdict: 'unknown', reason: unknownReason(config, known, shown) };
}

/**
 * Why the keys that known_hosts holds for a server's address rule out the key it showed under its name, as OpenSSH
 * judges with CheckHostIP; undefined if they do not.
 */
export function addressConflict(
  config: SshConfig,
  known: KnownHost,
  shown: HostKey,
): string | undefined {
  const ofKind = known.keys.filter(key => key.type === shown.type);
  const same = ofKind.filter(key => key.blob.equals(shown.blob));
  const revoked = same.find(key => key.marker === 'revoked');
  if (revoked !== undefined) return revokedReason(config, revoked);
  const other = ofKind.find(key => key.marker === 'none');
  if (same.length > 0 || other === undefined || config.unknownHostKeys === 'accept-new') {
    return undefined;
  }
  return `The host key of ${describeHost(config)} is known under its name, but another is known for its address (CheckHostIP): found ${describeKey(shown)}, for '${known.name}' ${describeKey(other)} (${other.file}:${other.line}). Either the address went to another server, or another machine answers in its place. If the address is right: ssh-keygen -R '${known.name}' -f '${other.file}'`;
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
