import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';
import type { KnownHost } from '../host-keys/known-hosts.ts';
import type { SshConfig } from '../ssh-config.ts';

/** What ssh2 can do, in its own order of preference (fast in Node first). */
const KEX = [
  'curve25519-sha256@libssh.org',
  'curve25519-sha256',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group-exchange-sha1',
  'diffie-hellman-group14-sha1',
  'diffie-hellman-group1-sha1',
] as const;
const HOST_KEYS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
] as const;
const CIPHERS = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'chacha20-poly1305@openssh.com',
  'aes256-cbc',
  'aes192-cbc',
  'aes128-cbc',
] as const;
const MACS = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'hmac-sha1-etm@openssh.com',
  'hmac-sha1',
] as const;

/**
 * The algorithms to offer: OpenSSH's configured ones as far as ssh2 knows them. Undefined if none is left.
 * Host key algorithms are those of the keys that known_hosts holds, so that the server shows one of them: ssh2 would
 * ask for Ed25519 first, and a server known by its RSA key would then be rejected.
 */
export function chooseAlgorithms(config: SshConfig, known: KnownHost): Algorithms | undefined {
  const kex = shared(KEX, config.kexAlgorithms);
  const hmac = shared(MACS, config.macs);
  // These authenticate by themselves, without any of the MACs that the configuration leaves.
  const cipher = shared(CIPHERS, config.ciphers).filter(
    name => hmac.length > 0 || /gcm|poly1305/.test(name),
  );
  const hostKeys = orderHostKeys(shared(HOST_KEYS, config.hostKeyAlgorithms), known);
  if ([kex, cipher, hostKeys].some(list => list.length === 0)) return undefined;
  return {
    kex,
    cipher,
    serverHostKey: hostKeys,
    // ssh2 requires a list even where none is used.
    hmac: hmac.length === 0 ? [...MACS] : hmac,
  };
}

function shared<T extends string>(able: readonly T[], wanted: readonly string[]): T[] {
  return wanted.length === 0 ? [...able] : able.filter(name => wanted.includes(name));
}

/**
 * Known kinds first. The others stay at the end: a server that lost its known key then shows another one, and the
 * refusal can name both fingerprints instead of a failed negotiation.
 */
function orderHostKeys(
  algorithms: readonly ServerHostKeyAlgorithm[],
  known: KnownHost,
): ServerHostKeyAlgorithm[] {
  const kinds = new Set(
    [...known.keys, ...known.withoutPort].filter(key => key.marker === 'none').map(key => key.type),
  );
  const isKnown = (name: string): boolean =>
    kinds.has(name.startsWith('rsa-sha2-') ? 'ssh-rsa' : name);
  return [...algorithms.filter(isKnown), ...algorithms.filter(name => !isKnown(name))];
}
