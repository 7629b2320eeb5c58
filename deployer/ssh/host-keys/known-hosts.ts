import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { execa } from 'execa';
import type { SshConfig } from '../ssh-config.ts';
import type { TransportDeps } from '../transport.ts';
import { type HostKey, hostKey } from './host-key.ts';

/** One line of a known_hosts file that is about the server in question. */
export interface KnownKey extends HostKey {
  readonly marker: 'none' | 'revoked' | 'ca';
  readonly file: string;
  readonly line: number;
}

/** What all known_hosts files say of one server. */
export interface KnownHost {
  /** The name looked up, as known_hosts writes it: `nas`, or `[nas]:2222`. */
  readonly name: string;
  readonly keys: readonly KnownKey[];
  /** Keys under the name without its port: a match accepts the server, a mismatch does not reject it. */
  readonly withoutPort: readonly KnownKey[];
  /** The files that were read, and those that would have been but do not exist. */
  readonly files: readonly string[];
}

const DEADLINE_MS = 10_000;
const MARKERS: Readonly<Record<string, KnownKey['marker']>> = { REVOKED: 'revoked', CA: 'ca' };

/** The name that known_hosts holds a server under; a HostKeyAlias stands alone, without a port. */
export function knownName(config: SshConfig): string {
  if (config.hostKeyAlias !== undefined) return config.hostKeyAlias.toLowerCase();
  const host = config.hostname.toLowerCase();
  return config.port === 22 ? host : `[${host}]:${config.port}`;
}

/**
 * Looks a server up in every known_hosts file of its configuration with `ssh-keygen -F`, which knows hashed names,
 * patterns and negations. Throws on a file that exists and cannot be read: a check that cannot be made has failed.
 */
export async function lookUpHost(deps: TransportDeps, config: SshConfig): Promise<KnownHost> {
  const files = [...config.userKnownHostsFiles, ...config.globalKnownHostsFiles];
  const readable: string[] = [];
  for (const file of files) if (await exists(file)) readable.push(file);
  const name = knownName(config);
  const keys = await lookUp(deps, name, readable);
  const bare = config.hostname.toLowerCase();
  const portless = keys.length === 0 && config.hostKeyAlias === undefined && name !== bare;
  const withoutPort = portless ? await lookUp(deps, bare, readable) : [];
  return { name, keys, withoutPort, files };
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file, constants.R_OK);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw new Error(`Cannot read the known_hosts file ${file}: fix its permissions`, {
      cause: error,
    });
  }
}

async function lookUp(
  deps: TransportDeps,
  name: string,
  files: readonly string[],
): Promise<KnownKey[]> {
  const found = await Promise.all(files.map(file => lookUpIn(deps, name, file)));
  return found.flat();
}

async function lookUpIn(deps: TransportDeps, name: string, file: string): Promise<KnownKey[]> {
  const result = await execa('ssh-keygen', ['-F', name, '-f', file], {
    env: deps.env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: DEADLINE_MS,
  });
  // 1 is "not in there"; anything else (255, no such command, killed) is a check that was not made.
  if (result.exitCode === 1) return [];
  if (result.exitCode !== 0) {
    throw new Error(
      `Cannot look ${name} up in ${file}: ${result.stderr.trim() || result.shortMessage}`,
    );
  }
  return parseKnownKeys(result.stdout, file);
}

/**
 * Reads what `ssh-keygen -F nas` found: a comment with line and marker above each entry.
 *
 *     # Host nas found: line 1
 *     nas ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIElTUklGisOK/p0cYWRvg0ebxJJ4+h7QFNtK19UoVYFq
 *     # Host nas found: line 3 REVOKED
 *     @revoked nas ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCm4zbWA8ZTgNEWuBgZjiKwoc comment
 */
export function parseKnownKeys(text: string, file: string): KnownKey[] {
  const keys: KnownKey[] = [];
  let line = 0;
  let marker: KnownKey['marker'] = 'none';
  for (const row of text.split('\n')) {
    const comment = /^# Host .* found: line (\d+) ?(\w*)/.exec(row);
    if (comment !== null) {
      line = Number(comment[1]);
      marker = MARKERS[comment[2] ?? ''] ?? 'none';
      continue;
    }
    const words = row.split(/\s+/).filter(word => word !== '');
    const base64 = words[marker === 'none' ? 2 : 3];
    if (base64 !== undefined)
      keys.push({ ...hostKey(Buffer.from(base64, 'base64')), marker, file, line });
  }
  return keys;
}
