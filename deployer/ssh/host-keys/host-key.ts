import { createHash } from 'node:crypto';

/** A public key as it goes over the wire: a length, the type's name, then the key itself. */
export interface HostKey {
  readonly type: string;
  readonly blob: Buffer;
}

/** Reads the type out of a key's wire form; a blob that does not hold one has the type `unknown`. */
export function hostKey(blob: Buffer): HostKey {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  const type = blob.subarray(4, 4 + length).toString('latin1');
  return { type: length > 0 && 4 + length <= blob.length ? type : 'unknown', blob };
}

/** The fingerprint that OpenSSH shows: SHA256 in base64 without padding. */
export function fingerprint(key: HostKey): string {
  return `SHA256:${createHash('sha256').update(key.blob).digest('base64').replace(/=+$/, '')}`;
}

/** `ssh-ed25519 SHA256:…`, as messages name a key. */
export function describeKey(key: HostKey): string {
  return `${key.type} ${fingerprint(key)}`;
}

/** The size of an RSA key in bits; undefined for a key of another kind. */
export function rsaBits({ type, blob }: HostKey): number | undefined {
  if (type !== 'ssh-rsa') return undefined;
  let at = 4 + type.length;
  at += 4 + blob.readUInt32BE(at);
  const modulus = blob
    .subarray(at + 4)
    .toString('hex')
    .replace(/^0+/, '');
  return modulus === ''
    ? 0
    : 4 * modulus.length - Math.clz32(Number.parseInt(modulus.charAt(0), 16)) + 28;
}
