import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { fileError } from '../../lib/errors.ts';
import { configDirectory } from '../../lib/xdg.ts';
import { readSettings } from '../config/find-config.ts';
import type { AnsibleSettings } from '../config/settings.ts';
import { expandHome } from '../expand-home.ts';
import { isCode, readStart } from '../files/read.ts';
import { inventoryError, type Position, showPath, showPosition } from '../problem.ts';
import { isVaulted } from '../vault/envelope.ts';

/** One inventory source as Ansible counts them: a file, a directory, or a list of hosts such as `nas-1,nas-2,`. */
export interface Source {
  /** Absolute, or the list itself. */
  readonly path: string;
  /** As messages name it. */
  readonly shown: string;
  readonly type: 'file' | 'directory' | 'list';
}

export interface Sources {
  readonly all: readonly Source[];
  /** The setting that names them, if neither `-i` nor their usual name does. */
  readonly from: Position | undefined;
}

/** What is looked for in the working directory if nothing names an inventory. */
const USUAL = ['inventory.yaml', 'inventory.yml', 'hosts.yml', 'inventory', 'hosts'];

/** Where one inventory is found from every directory. */
function ownInventory(context: Context): string {
  return join(configDirectory(context), 'inventory.yaml');
}

/** The sources that a command means. Throws as `findSources`. */
export async function inventorySources(
  context: Context,
  named: readonly string[],
): Promise<readonly Source[]> {
  const settings = await readSettings(context, path => showPath(context.cwd, path));
  return (await findSources(context, named, settings)).all;
}

/**
 * The inventory's sources: those of `-i`, else ANSIBLE_INVENTORY, else ansible.cfg's, else the first of the usual names
 * in the working directory, else the person's own. Throws InventoryError with what lies there if there is none.
 */
export async function findSources(
  context: Context,
  named: readonly string[],
  settings: AnsibleSettings,
): Promise<Sources> {
  if (named.length > 0) {
    const all = named.map(name => sourceAt(context, name, '-i'));
    return { all: await Promise.all(all), from: undefined };
  }
  const setting = settings.get('inventory');
  if (setting !== undefined && setting.value.trim() !== '') {
    const origin = showPosition(setting.at);
    // Ansible resolves the items of such a list one by one, so that it never names hosts.
    const paths = settings.list('inventory').map(item => settings.resolvePath(setting, item));
    const all = await Promise.all(paths.map(path => sourceAt(context, path, origin)));
    return { all, from: setting.at };
  }
  for (const name of [...USUAL, ownInventory(context)]) {
    const path = resolve(context.cwd, name);
    const type = await typeOf(path);
    if (type === undefined) continue;
    return { all: [{ path, shown: showPath(context.cwd, path), type }], from: undefined };
  }
  throw await nothingFound(context);
}

async function sourceAt(context: Context, name: string, origin: string): Promise<Source> {
  const path = resolve(context.cwd, expandHome(name, context.home));
  const shown = showPath(context.cwd, path);
  const type = await typeOf(path);
  if (type !== undefined) return { path, shown, type };
  if (name.includes(',')) return { path: name, shown: name, type: 'list' };
  throw inventoryError(
    undefined,
    `Expected an inventory at ${shown} (${origin}), found nothing there${await candidatesText(context)}; check the path, or let "homelab-deploy init" write one`,
  );
}

async function typeOf(path: string): Promise<'file' | 'directory' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw inventoryError(undefined, `Cannot read ${path}: ${fileError(error)}`);
  }
}

async function nothingFound(context: Context) {
  return inventoryError(
    undefined,
    `Expected an inventory: none is named by -i, ANSIBLE_INVENTORY or ansible.cfg, and there is no ${USUAL.join(', ')} in ${context.cwd}, and no ${ownInventory(context)}${await candidatesText(context)}; name one with -i FILE, or let "homelab-deploy init" write one`,
  );
}

/** What in the working directory may be meant: `; there are: hosts.ini, production/`. */
async function candidatesText({ cwd }: Context): Promise<string> {
  const entries = await readdir(cwd, { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const entry of entries) {
    const isNamedSo = NAMED_SO.test(entry.name) || CANDIDATE.test(entry.name);
    if (!isNamedSo || NO_CANDIDATE.test(entry.name)) continue;
    if (entry.isDirectory()) names.push(`${entry.name}/`);
    else if (await mayBeInventory(join(cwd, entry.name))) names.push(entry.name);
  }
  names.sort();
  if (names.length === 0) return '';
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  return `; there are: ${names.slice(0, 8).join(', ')}${more}`;
}

/** YAML and JSON serve for much else: an inventory soon names hosts, groups or a plugin, or is vaulted. */
async function mayBeInventory(path: string): Promise<boolean> {
  if (NAMED_SO.test(basename(path)) || !/\.(?:ya?ml|json)$/i.test(path)) return true;
  const start = await readStart(path, 16_384);
  return isVaulted(start) || /\b(?:hosts|children|plugin)["']?\s*:/.test(start);
}

const NAMED_SO = /inventor|^hosts/i;
const CANDIDATE = /^[^.].*\.(?:ya?ml|ini|toml|json)$|^(?:prod|stag|home|lab)/i;
const NO_CANDIDATE = /^(?:package|package-lock|tsconfig|inventory\.example)\b/;
