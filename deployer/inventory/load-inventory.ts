import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { readSettings } from './config/find-config.ts';
import type { AnsibleSettings } from './config/settings.ts';
import { readExtraVars } from './extra-vars.ts';
import type { HostEntry } from './groups/group.ts';
import { groupNames, groupsVariable, magicVariables } from './groups/magic-variables.ts';
import { Inventory } from './inventory.ts';
import { InventoryHost } from './inventory-host.ts';
import { Budget } from './jinja/budget.ts';
import type { Entry, Node } from './node.ts';
import { inventoryError, showPath } from './problem.ts';
import { Scope } from './scope.ts';
import { type ConnectionDefaults, connectionDefaults } from './settings/connection-defaults.ts';
import { playConnection } from './settings/play-connection.ts';
import { readHostSettings, type SettingsOptions } from './settings/read-host-settings.ts';
import { warnOfNames } from './settings/warn-of-names.ts';
import { findSources, type Source } from './sources/find-sources.ts';
import { type ReadSources, readSources } from './sources/read-sources.ts';
import { loadPasswords, type VaultOptions } from './vault/load-passwords.ts';
import { Vault } from './vault/vault.ts';

export interface InventoryOptions extends VaultOptions {
  readonly context: Context;
  /** `--playbook-dir`: where `group_vars/` and `host_vars/` count, too. */
  readonly playbookDir?: string | undefined;
  /** `-e`: `key=value`, `@FILE` or YAML in braces. */
  readonly extraVars?: readonly string[] | undefined;
}

/**
 * Reads an inventory with its variable files. `named` are the sources of `-i`, relative to the context's cwd; without
 * any, Ansible's settings and the usual names decide. Throws InventoryError (exit code 2) for a missing source, bad
 * YAML, and what is not supported.
 */
export async function loadInventory(
  named: string | readonly string[],
  options: InventoryOptions,
): Promise<Inventory> {
  const { context } = options;
  const show = (path: string): string => showPath(context.cwd, path);
  const settings = await readSettings(context, show);
  const sources = await findSources(context, [named].flat(), settings);
  const vault = new Vault(() => loadPasswords(options, settings));
  const playbookDir = await findPlaybookDir(options, settings);
  const read = await readSources({
    ...{ sources: sources.all, settings, options, vault, playbookDir, show },
  });
  const extra = await readExtraVars(options.extraVars ?? [], { context, vault, settings });
  for (const variables of read.variables.values()) {
    for (const [name, entry] of extra) variables.set(name, entry);
  }
  const shown = sources.all.map(source => source.shown).join(', ');
  const variables = [...read.variables.values()];
  const defaults = await connectionDefaults(settings, context);
  if (variables.some(hasVault)) await vault.unlock();
  const hosts = makeHosts({ read, vault, defaults, context, playbookDir });
  return new Inventory({
    file: shown,
    id: sources.all.map(({ path }) => path).join(','),
    from: sources.from,
    reader: read.reader,
    playbookDir: (await addsVariables(playbookDir, sources.all)) ? show(playbookDir) : undefined,
    hosts: [...hosts.values()],
    groups: [...read.family.groups.values()].map(group => ({
      name: group.name,
      hosts: [...group.hosts].map(({ name }) => name),
      children: [...group.children].map(({ name }) => name),
      allHosts: group.allHosts().flatMap(host => hosts.get(host) ?? []),
      written: group.vars,
    })),
    warnings: [
      ...settings.warnings,
      ...read.warnings,
      ...warnOfNames(variables),
      ...defaults.notes,
    ],
    source: { files: read.yamlFiles, hostVars: read.hostVars, vault, show },
  });
}

/** `--playbook-dir`, else Ansible's setting, else the working directory, where people keep their playbooks. */
async function findPlaybookDir(
  { context: { cwd }, playbookDir }: InventoryOptions,
  settings: AnsibleSettings,
): Promise<string> {
  const setting = settings.get('playbook_dir');
  const configured = setting?.value ? settings.resolvePath(setting, setting.value) : cwd;
  const path = playbookDir === undefined ? configured : resolve(cwd, playbookDir);
  if (await isDirectory(path)) return path;
  throw inventoryError(
    playbookDir === undefined ? setting?.at : undefined,
    `Expected a directory at ${path} (the playbook directory), found none: check --playbook-dir, or the setting`,
  );
}

/** Whether variables come from there, and not from beside the inventory as well. */
async function addsVariables(directory: string, sources: readonly Source[]): Promise<boolean> {
  if (sources.some(({ path }) => path === directory || dirname(path) === directory)) return false;
  const folders = ['group_vars', 'host_vars'].map(name => isDirectory(join(directory, name)));
  return (await Promise.all(folders)).includes(true);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

interface Parts {
  readonly read: ReadSources;
  readonly vault: Vault;
  readonly defaults: ConnectionDefaults;
  readonly context: Context;
  readonly playbookDir: string;
}

function makeHosts({ read, vault, defaults, context, playbookDir }: Parts) {
  const scopes = new Map<string, Scope>();
  const groups = groupsVariable(read.family);
  const budget = new Budget();
  const { placeForAll } = read;
  const hosts = new Map<HostEntry, InventoryHost>();
  for (const host of read.family.hosts.values()) {
    const { name } = host;
    const written = read.variables.get(host) ?? new Map<string, Entry>();
    const names = groupNames(read.family, host);
    const magic = magicVariables(host, { names, groups, playbookDir, ...read.placeOf(host) });
    const sibling = (other: string): Scope | undefined => scopes.get(other);
    const scope = new Scope({
      variables: written,
      magic,
      connection: playConnection(name, defaults.values),
      vault,
      sibling,
      env: context.env,
      budget,
    });
    scopes.set(name, scope);
    const readSettings = (asked: SettingsOptions) =>
      readHostSettings({ name, scope, defaults, placeForAll, places: context, asked });
    const about = { name, groups: names, written, defaults: defaults.values, scope, readSettings };
    hosts.set(host, new InventoryHost(about));
  }
  return hosts;
}

function hasVault(variables: ReadonlyMap<string, Entry>): boolean {
  return [...variables.values()].some(entry => containsVault(entry.node));
}

function containsVault(node: Node): boolean {
  if (node.kind === 'list') return node.items.some(containsVault);
  if (node.kind === 'map')
    return [...node.entries.values()].some(entry => containsVault(entry.node));
  return node.kind === 'vault';
}
