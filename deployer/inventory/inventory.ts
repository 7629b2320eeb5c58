import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { readText } from './files/read.ts';
import type { VarsFolder } from './files/vars-folder.ts';
import { readGroups } from './groups/read-groups.ts';
import type { InventoryGroup } from './inventory-group.ts';
import type { InventoryHost } from './inventory-host.ts';
import { selectHosts } from './patterns/select-hosts.ts';
import { InventoryError, type InventoryProblem, mergeProblems } from './problem.ts';
import type { HostSettings } from './settings/host-settings.ts';
import type { SettingsOptions } from './settings/read-host-settings.ts';
import type { Vault } from './vault/vault.ts';
import { readYaml } from './yaml/read-yaml.ts';

/** Where an inventory came from, for changes to it. */
export interface InventorySource {
  /** Absolute. */
  readonly path: string;
  /** `host_vars/` next to the inventory and next to the playbook, the strongest last. */
  readonly hostVars: readonly VarsFolder[];
  readonly vault: Vault;
  /** A path as messages name it. */
  show(path: string): string;
}

/** An Ansible YAML inventory, read whole. */
export class Inventory {
  /** As the person named it. */
  readonly file: string;
  /** In the order of the file. */
  readonly hosts: readonly InventoryHost[];
  readonly groups: readonly InventoryGroup[];
  /** What Ansible would warn of; sentences for stderr. */
  readonly warnings: readonly string[];
  readonly source: InventorySource;

  constructor(about: {
    file: string;
    hosts: readonly InventoryHost[];
    groups: readonly InventoryGroup[];
    warnings: readonly string[];
    source: InventorySource;
  }) {
    this.file = about.file;
    this.hosts = about.hosts;
    this.groups = about.groups;
    this.warnings = about.warnings;
    this.source = about.source;
  }

  /**
   * The hosts that Ansible's host patterns select, in the inventory's order. Throws InventoryError when one selects
   * none.
   */
  select(patterns: readonly string[]): InventoryHost[] {
    return selectHosts(this, patterns);
  }

  /** The settings of several hosts; InventoryError with the problems of all of them, each reported once. */
  settings(
    hosts: readonly InventoryHost[] = this.hosts,
    options?: SettingsOptions,
  ): HostSettings[] {
    const settings: HostSettings[] = [];
    const problems: [string, readonly InventoryProblem[]][] = [];
    for (const host of hosts) {
      try {
        settings.push(host.settings(options));
      } catch (error) {
        if (!(error instanceof InventoryError)) throw error;
        problems.push([host.name, error.problems]);
      }
    }
    problems.push(...duplicateIds(settings));
    if (problems.length > 0) throw new InventoryError(mergeProblems(problems));
    return settings;
  }
}

/** Two servers with one id or GUID would be one server to the hub. */
function duplicateIds(settings: readonly HostSettings[]): [string, InventoryProblem[]][] {
  const found: [string, InventoryProblem[]][] = [];
  for (const key of ['server_id', 'server_guid'] as const) {
    const owners = new Map<string, string>();
    for (const { name, config } of settings) {
      const id = config[key]?.toLowerCase();
      const owner = id === undefined ? undefined : owners.get(id);
      if (id !== undefined && owner === undefined) owners.set(id, name);
      if (owner === undefined) continue;
      const message = `Expected another value than ${owner} has: to the hub the two would be one server`;
      found.push([name, [{ key: `homelab_agent_${key}`, message }]]);
    }
  }
  return found;
}

/**
 * The names of an inventory's groups and hosts, for the Tab key: from the one file alone, without variables, so that
 * no vault password is asked for. Throws InventoryError when the file cannot be read.
 */
export async function inventoryNames(context: Context, file: string): Promise<string[]> {
  const text = await readText(resolve(context.cwd, file), file);
  const { family } = readGroups(readYaml(text, file).root, file);
  return [...new Set([...family.groups.keys(), ...family.hosts.keys()])];
}
