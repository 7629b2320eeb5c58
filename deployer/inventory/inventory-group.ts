import type { InventoryHost } from './inventory-host.ts';
import type { Entry } from './node.ts';

/** One group of the inventory. */
export interface InventoryGroup {
  readonly name: string;
  /** Hosts and groups that stand directly in it, in the order of the file. */
  readonly hosts: readonly string[];
  readonly children: readonly string[];
  /** Its hosts and those of the groups below. */
  readonly allHosts: readonly InventoryHost[];
  readonly written: ReadonlyMap<string, Entry>;
}
