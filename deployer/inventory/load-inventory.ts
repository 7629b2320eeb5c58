import { dirname, join, relative, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { readText } from './files/read.ts';
import { requireInventory } from './files/require-inventory.ts';
import { VarsFolder, type VarsReader } from './files/vars-folder.ts';
import type { HostEntry, Variables } from './groups/group.ts';
import type { GroupGraph } from './groups/group-graph.ts';
import { groupNames, groupsVariable, magicVariables } from './groups/magic-variables.ts';
import { readGroups } from './groups/read-groups.ts';
import { Inventory } from './inventory.ts';
import { InventoryHost } from './inventory-host.ts';
import { mergeVariables } from './merge-variables.ts';
import type { Node } from './node.ts';
import { Scope } from './scope.ts';
import { readHostSettings, type SettingsOptions } from './settings/read-host-settings.ts';
import { loadPasswords, type VaultOptions } from './vault/load-passwords.ts';
import { Vault } from './vault/vault.ts';
import { readYaml } from './yaml/read-yaml.ts';

export interface InventoryOptions extends VaultOptions {
  readonly context: Context;
  /** Where `site.yml` stands, for `group_vars/` and `host_vars/` next to it. */
  readonly playbookDir?: string | undefined;
}

/**
 * Reads an Ansible YAML inventory with the variable files next to it. `file` may be relative to the context's cwd.
 * Throws InventoryError (exit code 2) for a missing file, bad YAML, and what is not supported.
 */
export async function loadInventory(file: string, options: InventoryOptions): Promise<Inventory> {
  const { context } = options;
  const path = resolve(context.cwd, file);
  const show = (target: string): string => showPath(context.cwd, target);
  const shown = show(path);
  await requireInventory(path, shown);
  const vault = new Vault(() => loadPasswords(options));
  const warnings: string[] = [];
  const reader: VarsReader = {
    show,
    decryptFile: (text, name) => vault.openFile(text, name),
    warn: message => warnings.push(message),
  };
  const { text, secret } = await vault.openFile(await readText(path, shown), shown);
  const yaml = readYaml(text, shown, { secret });
  const { family, warnings: groupWarnings } = readGroups(yaml.root, shown);
  warnings.push(...yaml.warnings, ...groupWarnings);
  const directories = [dirname(path)];
  if (options.playbookDir !== undefined)
    directories.push(resolve(context.cwd, options.playbookDir));
  const folders = [...new Set(directories)].map(directory => ({
    groups: new VarsFolder(join(directory, 'group_vars'), reader),
    hosts: new VarsFolder(join(directory, 'host_vars'), reader),
  }));
  const variables = await mergeVariables(family, folders);
  if ([...variables.values()].some(hasVault)) await vault.unlock();
  const hosts = makeHosts({ family, variables, vault, path, shown, context });
  return new Inventory({
    file: shown,
    hosts: [...hosts.values()],
    groups: [...family.groups.values()].map(group => ({
      name: group.name,
      hosts: [...group.hosts].map(({ name }) => name),
      children: [...group.children].map(({ name }) => name),
      allHosts: group.allHosts().flatMap(host => hosts.get(host) ?? []),
      written: group.vars,
    })),
    warnings,
    source: { path, hostVars: folders.map(({ hosts }) => hosts), vault, show },
  });
}

interface Parts {
  readonly family: GroupGraph;
  readonly variables: ReadonlyMap<HostEntry, Variables>;
  readonly vault: Vault;
  /** The inventory's absolute path, and its name for messages. */
  readonly path: string;
  readonly shown: string;
  readonly context: Context;
}

function makeHosts({ family, variables, vault, path, shown, context }: Parts) {
  const scopes = new Map<string, Scope>();
  const groups = groupsVariable(family);
  const hosts = new Map<HostEntry, InventoryHost>();
  for (const host of family.hosts.values()) {
    const { name } = host;
    const written: Variables = variables.get(host) ?? new Map();
    const names = groupNames(family, host);
    const magic = magicVariables(host, names, groups, path);
    const sibling = (other: string): Scope | undefined => scopes.get(other);
    const scope = new Scope({ variables: written, magic, vault, sibling });
    scopes.set(name, scope);
    const readSettings = (asked: SettingsOptions) =>
      readHostSettings(name, scope, shown, context, asked);
    hosts.set(host, new InventoryHost({ name, groups: names, written, scope, readSettings }));
  }
  return hosts;
}

/** Relative if that is shorter. */
function showPath(cwd: string, path: string): string {
  const near = relative(cwd, path);
  return near === '' || near.startsWith('../../') || near.length > path.length ? path : near;
}

function hasVault(variables: Variables): boolean {
  return [...variables.values()].some(entry => containsVault(entry.node));
}

function containsVault(node: Node): boolean {
  if (node.kind === 'list') return node.items.some(containsVault);
  if (node.kind === 'map')
    return [...node.entries.values()].some(entry => containsVault(entry.node));
  return node.kind === 'vault';
}
