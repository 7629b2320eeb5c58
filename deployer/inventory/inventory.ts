import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { duplicateIds } from './duplicate-ids.ts';
import { readText } from './files/read.ts';
import { readGroups } from './groups/read-groups.ts';
import type { InventoryGroup } from './inventory-group.ts';
import type { InventoryHost } from './inventory-host.ts';
import { selectHosts } from './patterns/select-hosts.ts';
import { InventoryError, type InventoryProblem, mergeProblems } from './problem.ts';
import type { HostSettings } from './settings/host-settings.ts';
import { readYaml } from './yaml/read-yaml.ts';

/** An Ansible YAML inventory, read whole. */
export class Inventory {
  /** As the person named it. */
  readonly file: string;
  /** In the order of the file. */
  readonly hosts: readonly InventoryHost[];
  readonly groups: readonly InventoryGroup[];
  /** What Ansible would warn of; sentences for stderr. */
  readonly warnings: readonly string[];

  constructor(about: {
    file: string;
    hosts: readonly InventoryHost[];
    groups: readonly InventoryGroup[];
    warnings: readonly string[];
  }) {
    this.file = about.file;
    this.hosts = about.hosts;
    this.groups = about.groups;
    this.warnings = about.warnings;
  }

  /**
   * The hosts that Ansible's host patterns select, in the inventory's order. Throws InventoryError when one selects
   * none.
   */
  select(patterns: readonly string[]): InventoryHost[] {
    return selectHosts(this, patterns);
  }

  /** The settings of several hosts; InventoryError with the problems of all of them, each reported once. */
  settings(hosts: readonly InventoryHost[] = this.hosts): HostSettings[] {
    const settings: HostSettings[] = [];
    const problems: [string, readonly InventoryProblem[]][] = [];
    for (const host of hosts) {
      try {
        settings.push(host.settings());
      } catch (error) {
        if (!(error instanceof InventoryError)) throw error;
        problems.push([host.name, error.problems]);
      }
    }
    const ids = duplicateIds(settings);
    if (problems.length > 0 || ids.length > 0) {
      throw new InventoryError([...mergeProblems(problems), ...ids]);
    }
    return settings;
  }
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
