import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { isCode, readText } from './files/read.ts';
import { VarsFolder, type VarsReader } from './files/vars-folder.ts';
import type { Family } from './groups/family.ts';
import type { HostEntry, Variables } from './groups/group.ts';
import { readGroups } from './groups/read-groups.ts';
import { shortName } from './hosts/address.ts';
import { Inventory, InventoryHost } from './inventory.ts';
import { mergeVariables } from './merge-variables.ts';
import type { Node } from './node.ts';
import { inventoryError } from './problem.ts';
import { Scope } from './scope.ts';
import { readHostSettings } from './settings/read-host-settings.ts';
import type { Value } from './value.ts';
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
 * Throws InventoryError (exit code 2) for a missing file, bad YAML, and whatever is not supported.
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
  const scopes = new Map<string, Scope>();
  const makeHost = (host: HostEntry): InventoryHost => {
    const written: Variables = variables.get(host) ?? new Map();
    const magic = magicVariables(family, host, path);
    const scope = new Scope({
      variables: written,
      magic,
      vault,
      sibling: name => scopes.get(name),
    });
    scopes.set(host.name, scope);
    return new InventoryHost({
      name: host.name,
      groups: groupNames(family, host),
      written,
      scope,
      readSettings: () => readHostSettings(host.name, scope, shown, context),
    });
  };
  const hosts = new Map([...family.hosts.values()].map(host => [host, makeHost(host)]));
  return new Inventory({
    file: shown,
    hosts: inOrder(family, hosts),
    groups: [...family.groups.values()].map(group => ({
      name: group.name,
      hosts: [...group.hosts].map(({ name }) => name),
      children: [...group.children].map(({ name }) => name),
      allHosts: group.allHosts().flatMap(host => hosts.get(host) ?? []),
      written: group.vars,
    })),
    warnings,
  });
}

async function requireInventory(path: string, shown: string): Promise<void> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) {
      throw inventoryError(
        undefined,
        `Expected an inventory file, found the directory ${shown}: name the file in it`,
      );
    }
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'ENOTDIR')) throw error;
    throw inventoryError(
      undefined,
      `Expected an inventory at ${shown}, found none: copy inventory.example.yaml to it and fill it in, or name another with -i FILE`,
    );
  }
  if (!['', '.yaml', '.yml', '.json'].includes(extname(basename(path)))) {
    throw inventoryError(
      undefined,
      `Expected an inventory that ends in .yaml, .yml or .json, found ${shown} (Ansible's INI format is not supported; "ansible-inventory -i ${shown} --list --yaml --export" converts it)`,
    );
  }
}

/** Relative where that is the shorter way to say it. */
function showPath(cwd: string, path: string): string {
  const near = relative(cwd, path);
  return near === '' || near.startsWith('../../') || near.length > path.length ? path : near;
}

/** The hosts of `all` first, as Ansible lists them, then whatever no group reaches. */
function inOrder(family: Family, hosts: ReadonlyMap<HostEntry, InventoryHost>): InventoryHost[] {
  return [...family.hosts.values()].flatMap(host => hosts.get(host) ?? []);
}

function groupNames(family: Family, host: HostEntry): string[] {
  return [...family.groupsOf(host)]
    .map(({ name }) => name)
    .filter(name => name !== 'all')
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** The variables that Ansible itself supplies, as far as a template may name them. */
function magicVariables(family: Family, host: HostEntry, path: string): Map<string, Value> {
  const groups = [...family.groups.values()].map(
    group => [group.name, group.allHosts().map(({ name }) => name)] as const,
  );
  return new Map<string, Value>([
    ['inventory_hostname', host.name],
    ['inventory_hostname_short', shortName(host.name)],
    ['group_names', groupNames(family, host)],
    ['groups', new Map<string, Value>(groups)],
    ['inventory_file', path],
    ['inventory_dir', dirname(path)],
  ]);
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
