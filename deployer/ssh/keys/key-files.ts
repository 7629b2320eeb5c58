import { readFile, stat } from 'node:fs/promises';
import { expandPath } from '../expand-path.ts';
import type { HostKey } from '../host-keys/host-key.ts';
import type { SshConfig } from '../ssh-config.ts';
import type { TransportDeps } from '../transport.ts';
import { lookAtPrivateKey, openPrivateKey, parsePublicKey } from './private-key.ts';

/** One IdentityFile of the configuration, as far as it can be used. */
export interface KeyFile {
  readonly path: string;
  readonly publicKey: HostKey | undefined;
  /** The private key's text; undefined where only a public key is there, for choosing among the agent's. */
  readonly text: string | undefined;
  readonly encrypted: boolean;
}

export interface KeyFiles {
  readonly files: readonly KeyFile[];
  /** Why some were skipped, for the message when no key was accepted. */
  readonly notes: readonly string[];
}

/** What OpenSSH tries when no IdentityFile is configured; a missing one is not reported. */
const DEFAULT_NAME = /\/\.ssh\/id_(rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss)$/;

/** Reads the configured keys, in order. Never throws: a key that cannot be used becomes a note. */
export async function readKeyFiles(config: SshConfig, deps: TransportDeps): Promise<KeyFiles> {
  const files: KeyFile[] = [];
  const notes: string[] = [];
  for (const configured of config.identityFiles) {
    const path = expandPath(configured, config, deps);
    const found = await readKeyFile(path);
    if ('unusable' in found) {
      if (!(found.missing && DEFAULT_NAME.test(path))) notes.push(found.unusable);
    } else if (found.publicKey?.type.startsWith('sk-') === true) {
      notes.push(`${path} is a FIDO key, which only OpenSSH can use: use --transport openssh`);
    } else {
      files.push(found);
    }
  }
  const named = config.certificateFiles.map(file => expandPath(file, config, deps));
  // OpenSSH uses the certificate beside a key by itself.
  const beside = files.map(({ path }) => `${path.replace(/\.pub$/, '')}-cert.pub`);
  for (const path of [...named, ...beside]) {
    if (typeof (await readText(path)) !== 'string') continue;
    notes.push(`${path} is a certificate, which only OpenSSH can use: use --transport openssh`);
  }
  return { files, notes };
}

/** Why a key cannot be used, for a note. */
interface Unusable {
  readonly unusable: string;
  readonly missing: boolean;
}

async function readKeyFile(path: string): Promise<KeyFile | Unusable> {
  const text = await readText(path);
  const beside = await readText(`${path}.pub`);
  const besideKey = typeof beside === 'string' ? parsePublicKey(beside) : undefined;
  if (typeof text !== 'string') {
    if (besideKey !== undefined) {
      return { path, publicKey: besideKey, text: undefined, encrypted: false };
    }
    return text.code === 'ENOENT'
      ? { unusable: `the key ${path} does not exist`, missing: true }
      : { unusable: `the key ${path} cannot be read (${text.code})`, missing: false };
  }
  // An IdentityFile may name a public key: it then chooses among the agent's.
  const only = parsePublicKey(text);
  if (only !== undefined) return { path, publicKey: only, text: undefined, encrypted: false };
  const open = await openToOthers(path);
  if (open !== undefined) return { unusable: open, missing: false };
  const { encrypted, publicKey } = lookAtPrivateKey(text);
  if (encrypted) return { path, publicKey: publicKey ?? besideKey, text, encrypted };
  const isFido = publicKey?.type.startsWith('sk-') === true;
  const key = isFido ? undefined : openPrivateKey(text);
  if (key instanceof Error) {
    return { unusable: `the key ${path} cannot be used (${key.message})`, missing: false };
  }
  return { path, publicKey: publicKey ?? besideKey, text, encrypted };
}

/** OpenSSH does not use a private key of one's own that others may read; undefined for any other. */
async function openToOthers(path: string): Promise<string | undefined> {
  const { uid, mode } = await stat(path);
  if (uid !== process.getuid?.() || (mode & 0o077) === 0) return undefined;
  const octal = (mode & 0o777).toString(8);
  return `the key ${path} is open to other users (mode ${octal}) and not used: chmod 600 ${path}`;
}

async function readText(path: string): Promise<string | { code: string }> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return { code };
  }
}
