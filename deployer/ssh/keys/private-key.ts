import { createPrivateKey } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';
import { errorMessage } from '../../lib/errors.ts';
import { type HostKey, hostKey } from '../host-keys/host-key.ts';

/** What a private key file shows before any passphrase. */
export interface KeyFileText {
  readonly encrypted: boolean;
  /** The public half, where the format keeps it readable (OpenSSH's own does, PEM does not). */
  readonly publicKey: HostKey | undefined;
}

const OPENSSH = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/;
const MAGIC = 'openssh-key-v1\0';

/**
 * Looks at a private key file. In OpenSSH's format the base64 holds the magic, then as strings with a length before:
 * the cipher (`none` when not encrypted), the KDF, its options; then the number of keys and the public key.
 */
export function lookAtPrivateKey(text: string): KeyFileText {
  const openssh = OPENSSH.exec(text)?.[1];
  if (openssh === undefined) {
    return { encrypted: /ENCRYPTED/.test(text), publicKey: undefined };
  }
  const bytes = Buffer.from(openssh, 'base64');
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) {
    return { encrypted: false, publicKey: undefined };
  }
  const [cipher, afterCipher] = readString(bytes, MAGIC.length);
  const [, afterKdf] = readString(bytes, afterCipher);
  const [, afterOptions] = readString(bytes, afterKdf);
  const [blob] = readString(bytes, afterOptions + 4);
  return {
    encrypted: cipher.toString('latin1') !== 'none',
    publicKey: blob.length === 0 ? undefined : hostKey(Buffer.from(blob)),
  };
}

function readString(bytes: Buffer, offset: number): [Buffer, number] {
  if (offset + 4 > bytes.length) return [Buffer.alloc(0), bytes.length];
  const end = offset + 4 + bytes.readUInt32BE(offset);
  return [bytes.subarray(offset + 4, end), end];
}

/** Reads `ssh-ed25519 AAAA… comment`, one public key. */
export function parsePublicKey(text: string): HostKey | undefined {
  const [type, base64] = text.trim().split(/\s+/);
  if (type === undefined || base64 === undefined) return undefined;
  const key = hostKey(Buffer.from(base64, 'base64'));
  return key.type === type ? key : undefined;
}

/** Opens a private key for ssh2; an Error (its message without secrets) where that cannot be done. */
export function openPrivateKey(text: string, passphrase?: string): ParsedKey | Error {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  const key = Array.isArray(parsed) ? (parsed[0] ?? new Error('no key in it')) : parsed;
  if (!(key instanceof Error) || !text.includes('PRIVATE KEY-----')) return key;
  return openPkcs8(text, passphrase) ?? key;
}

/** ssh2 does not read PKCS#8 (`BEGIN PRIVATE KEY`), which OpenSSH does; Node turns it into the older forms. */
function openPkcs8(text: string, passphrase: string | undefined): ParsedKey | Error | undefined {
  if (!/-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)) return undefined;
  try {
    const key = createPrivateKey({
      key: text,
      ...(passphrase === undefined ? {} : { passphrase }),
    });
    const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1';
    return ssh2.utils.parseKey(key.export({ type, format: 'pem' }).toString());
  } catch (error) {
    return new Error(`Node cannot open it: ${errorMessage(error)}`);
  }
}
