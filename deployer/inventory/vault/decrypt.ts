import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Envelope } from './envelope.ts';

/** Rounds and lengths of Ansible's AES256 vault: 32 bytes for the cipher, 32 for the HMAC, 16 for the counter. */
export const ROUNDS = 10_000;
export const BLOCK = 16;

/**
 * The plain text of a vaulted value, or undefined when the password is not the one it was made with.
 * Throws a RangeError when the password is right and the content is not UTF-8 text.
 */
export function decrypt(envelope: Envelope, password: Buffer): string | undefined {
  const key = pbkdf2Sync(password, envelope.salt, ROUNDS, 80, 'sha256');
  const mac = createHmac('sha256', key.subarray(32, 64)).update(envelope.ciphertext).digest();
  if (mac.length !== envelope.mac.length || !timingSafeEqual(mac, envelope.mac)) return undefined;
  const cipher = createDecipheriv('aes-256-ctr', key.subarray(0, 32), key.subarray(64, 80));
  const padded = Buffer.concat([cipher.update(envelope.ciphertext), cipher.final()]);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(unpad(padded));
  } catch (error) {
    if (error instanceof TypeError)
      throw new RangeError('Expected a vaulted text, found bytes that are not UTF-8');
    throw error;
  }
}

/** PKCS#7: the last byte says how many bytes of padding there are. */
function unpad(padded: Buffer): Buffer {
  const length = padded.at(-1) ?? 0;
  if (length < 1 || length > BLOCK || length > padded.length) {
    throw new RangeError('Expected a whole vaulted value, found one with broken padding');
  }
  return padded.subarray(0, padded.length - length);
}
