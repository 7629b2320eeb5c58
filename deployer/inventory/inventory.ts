import { duplicateIds } from './duplicate-ids.ts';
import type { VarsFolder } from './files/vars-folder.ts';
import type { InventoryGroup } from './inventory-group.ts';
import type { InventoryHost } from './inventory-host.ts';
import { selectHosts } from './patterns/select-hosts.ts';
import { InventoryError, type InventoryProblem, mergeProblems, type Position } from './problem.ts';
import type { HostSettings } from './settings/host-settings.ts';
import type { SettingsOptions } from './settings/read-host-settings.ts';
import type { Vault } from './vault/vault.ts';

/** Where an inventory came from, for changes to it. */
export interface InventorySource {
  /** Its YAML files: absolute paths, a later one adds to the earlier ones. */
  readonly files: readonly string[];
  /** `host_vars/` next to the sources and next to the playbook, the strongest last. */
  readonly hostVars: readonly VarsFolder[];
  readonly vault: Vault;
  /** A path as messages name it. */
  show(path: string): string;
}

/** An Ansible inventory, read whole. */
export class Inventory {
  /** Its sources as messages name them. */
  readonly file: string;
  /** Its sources by their absolute paths: which inventory it is. */
  readonly id: string;
  /** The setting of Ansible that named it, if one did. */
  readonly from: Position | undefined;
  /** `ansible-inventory 2.19`, if that read it. */
  readonly reader: string | undefined;
  /** The playbook directory, if it has `group_vars/` or `host_vars/`. */
  readonly playbookDir: string | undefined;
  /** In the order of the file. */
  readonly hosts: readonly InventoryHost[];
  readonly groups: readonly InventoryGroup[];
  /** What Ansible would warn of; sentences for stderr. */
  readonly warnings: readonly string[];
  readonly source: InventorySource;

  constructor(about: {
    file: string;
    id: string;
    from?: Position | undefined;
    reader?: string | undefined;
    playbookDir?: string | undefined;
    hosts: readonly InventoryHost[];
    groups: readonly InventoryGroup[];
    warnings: readonly string[];
    source: InventorySource;
  }) {
    this.file = about.file;
    this.id = about.id;
    this.from = about.from;
    this.reader = about.reader;
    this.playbookDir = about.playbookDir;
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
    const ids = duplicateIds(settings);
    if (problems.length > 0 || ids.length > 0) {
      throw new InventoryError([...mergeProblems(problems), ...ids]);
    }
    return settings;
  }
}
