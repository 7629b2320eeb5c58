import { createHmac, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory } from '../../lib/make-directory.ts';
import type { HostKey } from './host-key.ts';

/** The line that OpenSSH would write for a key, with the name hashed where HashKnownHosts asks for it. */
export function knownHostsLine(name: string, key: HostKey, salt: Buffer | undefined): string {
  const written = salt === undefined ? name : hashedName(name, salt);
  return `${written} ${key.type} ${key.blob.toString('base64')}\n`;
}

function hashedName(name: string, salt: Buffer): string {
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

/** Appends a new server's key to the user's known_hosts in one write, so that hosts side by side do not mix lines. */
export async function rememberHostKey(
  file: string,
  name: string,
  key: HostKey,
  hashed: boolean,
): Promise<void> {
  await makeDirectory(dirname(file), 0o700);
  const handle = await open(file, 'a+', 0o600);
  try {
    const line = knownHostsLine(name, key, hashed ? randomBytes(20) : undefined);
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    // An edited file may lack its last newline; the entry there must stay intact.
    const glued =
      size > 0 && (await handle.read(last, 0, 1, size - 1)).bytesRead === 1 && last[0] !== 10;
    await handle.appendFile(glued ? `\n${line}` : line);
  } finally {
    await handle.close();
  }
}
