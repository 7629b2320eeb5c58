import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { isCode } from '../files/read.ts';

/** What the deployer takes from an ansible.cfg: where the vault passwords are, and nothing else. */
export interface AnsibleConfig {
  /** The file's name for messages. */
  readonly shown: string;
  readonly identityList: string | undefined;
  readonly passwordFile: string | undefined;
}

/** The first that exists counts, whole: $ANSIBLE_CONFIG, ./ansible.cfg, ~/.ansible.cfg, /etc/ansible/ansible.cfg. */
export async function readAnsibleConfig(context: Context): Promise<AnsibleConfig | undefined> {
  const { cwd, home, env } = context;
  const named = env['ANSIBLE_CONFIG'];
  const candidates = [
    ...(named ? [resolve(cwd, named)] : []),
    ...((await isWorldWritable(cwd)) ? [] : [join(cwd, 'ansible.cfg')]),
    join(home, '.ansible.cfg'),
    '/etc/ansible/ansible.cfg',
  ];
  for (const path of candidates) {
    const text = await readIfThere(path);
    if (text === undefined) continue;
    const defaults = parseSection(text, 'defaults');
    return {
      shown: path,
      identityList: defaults.get('vault_identity_list'),
      passwordFile: anchorPath(defaults.get('vault_password_file'), path),
    };
  }
  return undefined;
}

/** Ansible does not read an ansible.cfg that anybody could have put there. */
async function isWorldWritable(directory: string): Promise<boolean> {
  return ((await stat(directory)).mode & 0o002) !== 0;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR') || isCode(error, 'EISDIR'))
      return undefined;
    throw error;
  }
}

/**
 *     [defaults]
 *     vault_password_file = ~/.vault-password   ; a comment
 */
function parseSection(text: string, section: string): Map<string, string> {
  const values = new Map<string, string>();
  let current = '';
  for (const line of text.split('\n')) {
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) current = header;
    const [, key, value] = /^([^\s#;=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (current !== section || key === undefined || value === undefined) continue;
    values.set(key.toLowerCase(), value.replace(/\s+;.*$/, ''));
  }
  return values;
}

/** A relative path in ansible.cfg is relative to it. */
function anchorPath(path: string | undefined, config: string): string | undefined {
  if (path === undefined || path === '') return undefined;
  if (path === 'prompt' || path.startsWith('~') || isAbsolute(path)) return path;
  return join(dirname(config), path);
}
