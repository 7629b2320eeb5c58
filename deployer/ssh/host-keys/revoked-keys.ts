import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { closeWhenKilled } from '../../lib/when-killed.ts';
import type { TransportDeps } from '../transport.ts';
import type { HostKey } from './host-key.ts';

const KRL_MAGIC = 'SSHKRL\n\0';
/** `ssh-keygen -Q` opens its file by name, and Node's pipes are sockets, which cannot be opened so: hence `cat`. */
const QUERY = 'cat | ssh-keygen -Q -f "$1" /dev/stdin';

/**
 * True when the file of RevokedHostKeys (a key revocation list, or public keys one a line) names this key.
 * Throws when it cannot be read or asked: OpenSSH then treats every key as revoked, and so must the caller.
 */
export async function isRevoked(file: string, key: HostKey, deps: TransportDeps): Promise<boolean> {
  const content = await readFile(file);
  const base64 = key.blob.toString('base64');
  if (!content.subarray(0, KRL_MAGIC.length).equals(Buffer.from(KRL_MAGIC))) {
    return content.toString('utf8').split(/\s+/).includes(base64);
  }
  const child = execa('sh', ['-c', QUERY, 'sh', file], {
    input: `${key.type} ${base64}\n`,
    env: deps.env,
    extendEnv: false,
    reject: false,
    timeout: 10_000,
  });
  const result = await closeWhenKilled(child);
  if (result.exitCode === 0) return false;
  if (result.exitCode === 1 && result.stdout.includes('REVOKED')) return true;
  throw new Error(`ssh-keygen -Q cannot read ${file}: ${result.stderr || result.shortMessage}`);
}
