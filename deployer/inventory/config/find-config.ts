import { access, constants, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { expandHome } from '../expand-home.ts';
import { isCode } from '../files/read.ts';
import { parseIni } from './parse-ini.ts';
import { AnsibleSettings } from './settings.ts';

/**
 * Ansible's settings: its environment variables, and the first ansible.cfg that exists, whole: $ANSIBLE_CONFIG,
 * ./ansible.cfg, ~/.ansible.cfg, /etc/ansible/ansible.cfg. `show` is how messages name a path. Throws InventoryError
 * where Ansible cannot read it.
 */
export async function readSettings(
  context: Context,
  show: (path: string) => string,
): Promise<AnsibleSettings> {
  const { cwd, home, env } = context;
  const named = env['ANSIBLE_CONFIG'];
  const local = join(cwd, 'ansible.cfg');
  const isOpen = await isWorldWritable(cwd);
  const candidates = [
    ...(named ? [await configIn(resolve(cwd, expandHome(named, home)))] : []),
    ...(isOpen ? [] : [local]),
    join(home, '.ansible.cfg'),
    '/etc/ansible/ansible.cfg',
  ];
  const warnings: string[] = [];
  if (isOpen && (await isReadable(local))) {
    warnings.push(
      `${show(local)}: not read, as everyone may write to its directory; ANSIBLE_CONFIG=ansible.cfg reads it all the same`,
    );
  }
  for (const path of candidates) {
    const text = await readIfThere(path);
    if (text === undefined) continue;
    const shown = show(path);
    const file = { path, shown, values: parseIni(text, shown) };
    return new AnsibleSettings({ context, file, warnings });
  }
  return new AnsibleSettings({ context, file: undefined, warnings });
}

async function configIn(path: string): Promise<string> {
  try {
    return (await stat(path)).isDirectory() ? join(path, 'ansible.cfg') : path;
  } catch {
    return path;
  }
}

/** Ansible does not read an ansible.cfg that anybody could have put there. */
async function isWorldWritable(directory: string): Promise<boolean> {
  return ((await stat(directory)).mode & 0o002) !== 0;
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Ansible passes over one that it may not read. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const passed = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES'];
    if (passed.some(code => isCode(error, code))) return undefined;
    throw error;
  }
}
