import { access, constants } from 'node:fs/promises';
import { extname } from 'node:path';
import { readStart, readText } from '../files/read.ts';
import type { Node } from '../node.ts';
import { InventoryError } from '../problem.ts';
import type { Vault } from '../vault/vault.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import type { Source } from './find-sources.ts';

/** What a source is: YAML is read here, everything else by Ansible itself. The text names it in messages. */
type SourceKind = { readonly yaml: true } | { readonly yaml: false; readonly words: string };

const YAML: SourceKind = { yaml: true };
const INI: SourceKind = { yaml: false, words: "Ansible's INI format" };

/** Where a variable of all hosts belongs, in words. */
export function placeForAll(sources: readonly OpenSource[]): string {
  const [only, ...more] = sources;
  if (only?.kind.yaml && more.length === 0) return `under "all: vars:" in ${only.source.shown}`;
  if (only?.kind === INI && more.length === 0) return `under [all:vars] in ${only.source.shown}`;
  return 'in group_vars/all.yml';
}

/** An inventory source with what it holds, decrypted; only a file that is no program is read. */
export interface OpenSource {
  readonly source: Source;
  readonly kind: SourceKind;
  readonly text: string;
  /** It was vaulted as a whole. */
  readonly secret: boolean;
}

/** Judges a source as Ansible's plugins do, in their order: list, script, plugin, YAML, INI. */
export async function openSource(source: Source, vault: Vault): Promise<OpenSource> {
  const unread = (words: string) =>
    ({ source, kind: { yaml: false, words }, text: '', secret: false }) as const;
  if (source.type === 'list') return unread('a list of hosts');
  if (source.type === 'directory') return unread('a directory');
  const { path, shown } = source;
  if (await isScript(path)) return unread('a program');
  const opened = await vault.openFile(await readText(path, shown), shown);
  return { source, kind: kindOfText(opened.text, extname(path)), ...opened };
}

function kindOfText(text: string, extension: string): SourceKind {
  if (extension === '.toml') return { yaml: false, words: 'TOML' };
  if (!['', '.yaml', '.yml', '.json'].includes(extension)) return INI;
  const root = tryYaml(text);
  const plugin = pluginOf(root);
  if (plugin !== undefined && extension.startsWith('.y')) {
    return { yaml: false, words: `the configuration of the inventory plugin ${plugin}` };
  }
  if (root?.kind === 'map') return YAML;
  // Of broken YAML the YAML reader knows line and column.
  return looksLikeIni(text, extension) || (extension === '' && root?.kind === 'scalar')
    ? INI
    : YAML;
}

function tryYaml(text: string): Node | undefined {
  try {
    return readYaml(text, '').root;
  } catch (error) {
    if (error instanceof InventoryError) return undefined;
    throw error;
  }
}

function pluginOf(root: Node | undefined): string | undefined {
  const plugin = root?.kind === 'map' ? root.entries.get('plugin')?.node : undefined;
  return plugin?.kind === 'scalar' && plugin.value ? String(plugin.value) : undefined;
}

/**
 * `[nas]`, `[nas:children]` or `nas-1 ansible_host=10.0.0.5` on the first line that is no comment; a lone `nas-1`, or `[nas`
 * without its end, only if the file's name does not say that it is YAML.
 */
function looksLikeIni(text: string, extension: string): boolean {
  const first = /^[ \t]*(?!---)([^\s#;].*)$/m.exec(text)?.[1] ?? '';
  if (/^\[[^\]'",{}]+\]\s*(?:#.*)?$|^[^\s=:'"]+\s+[\w.]+=\S/.test(first)) return true;
  return extension === '' && /^(?:\[[^\]'",{}]+|[^\s=:'"[\]{}]+)\s*$/.test(first);
}

/** Ansible runs what has its bit set and says which program runs it. */
async function isScript(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
  } catch {
    return false;
  }
  return ['#!', '\x7fE'].includes(await readStart(path, 2));
}
