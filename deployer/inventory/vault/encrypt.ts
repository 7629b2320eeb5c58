import { createCipheriv, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { BLOCK, ROUNDS } from './decrypt.ts';
import type { VaultPassword } from './vault.ts';

/** Characters in a line of a vaulted value. */
const LINE = 80;

/** A text as `ansible-vault encrypt_string` encrypts it: its envelope's lines. */
export function encrypt(text: string, { label, password }: VaultPassword): string[] {
  const salt = randomBytes(32);
  const key = pbkdf2Sync(password, salt, ROUNDS, 80, 'sha256');
  const cipher = createCipheriv('aes-256-ctr', key.subarray(0, 32), key.subarray(64, 80));
  const ciphertext = Buffer.concat([cipher.update(pad(Buffer.from(text))), cipher.final()]);
  const mac = createHmac('sha256', key.subarray(32, 64)).update(ciphertext).digest();
  const inner = [salt, mac, ciphertext].map(part => part.toString('hex')).join('\n');
  const hex = Buffer.from(inner).toString('hex');
  const header = label === 'default' ? '1.1;AES256' : `1.2;AES256;${label}`;
  return [`$ANSIBLE_VAULT;${header}`, ...(hex.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [])];
}

/** PKCS#7. */
function pad(bytes: Buffer): Buffer {
  const length = BLOCK - (bytes.length % BLOCK);
  return Buffer.concat([bytes, Buffer.alloc(length, length)]);
}
