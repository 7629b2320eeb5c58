import type { ParsedKey } from 'ssh2';
import type { Secret } from '../../inventory/secret.ts';
import type { KeyFile, KeyFiles } from '../keys/key-files.ts';
import type { AgentListing } from '../keys/ssh-agent.ts';
import type { SshConfig } from '../ssh-config.ts';

/** One way to log in, in the order they are tried. */
export type Attempt =
  | { readonly type: 'none' }
  | { readonly type: 'agent'; readonly keys: readonly ParsedKey[] }
  | { readonly type: 'publickey'; readonly file: KeyFile }
  | { readonly type: 'keyboard-interactive'; readonly password: Secret }
  | { readonly type: 'password'; readonly password: Secret };

/**
 * The ways to log in: `none` first, since its refusal lists what the server accepts and counts as no failure; then the
 * agent's keys that the configuration names, the key files, the agent's other keys (not with IdentitiesOnly), encrypted
 * key files last among the keys, since somebody must be asked; then the password.
 */
export function planAttempts(
  config: SshConfig,
  password: Secret | undefined,
  files: KeyFiles,
  listing: AgentListing,
): Attempt[] {
  const isNamed = (key: ParsedKey): boolean =>
    files.files.some(file => file.publicKey?.blob.equals(key.getPublicSSH()) === true);
  const named = listing.keys.filter(isNamed);
  const others = config.identitiesOnly ? [] : listing.keys.filter(key => !isNamed(key));
  const inAgent = (file: KeyFile): boolean =>
    named.some(key => file.publicKey?.blob.equals(key.getPublicSSH()) === true);
  const own = files.files.filter(file => file.text !== undefined && !inAgent(file));
  const agent = (keys: readonly ParsedKey[]): Attempt[] =>
    keys.length === 0 ? [] : [{ type: 'agent', keys }];
  const fromFiles = (encrypted: boolean): Attempt[] =>
    own.filter(file => file.encrypted === encrypted).map(file => ({ type: 'publickey', file }));
  const keys = [...agent(named), ...fromFiles(false), ...agent(others), ...fromFiles(true)];
  const attempts: Attempt[] = [{ type: 'none' }];
  if (config.pubkey) attempts.push(...keys);
  if (password !== undefined && config.keyboardInteractive) {
    attempts.push({ type: 'keyboard-interactive', password });
  }
  if (password !== undefined && config.password) attempts.push({ type: 'password', password });
  return attempts.filter(attempt => isPreferred(attempt, config.preferredAuthentications));
}

function isPreferred(attempt: Attempt, preferred: readonly string[]): boolean {
  if (preferred.length === 0 || attempt.type === 'none') return true;
  return preferred.includes(attempt.type === 'agent' ? 'publickey' : attempt.type);
}
