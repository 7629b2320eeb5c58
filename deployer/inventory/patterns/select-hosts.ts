import type { Inventory, InventoryHost } from '../inventory.ts';
import { inventoryError } from '../problem.ts';

export function selectHosts(inventory: Inventory, patterns: readonly string[]): InventoryHost[] {
  const selected = new Set<InventoryHost>();
  for (const pattern of patterns) {
    const group = inventory.groups.find(({ name }) => name === pattern);
    const found = group?.allHosts ?? inventory.hosts.filter(({ name }) => name === pattern);
    if (found.length === 0)
      throw inventoryError(undefined, `Expected a host or group, found none called ${pattern}`);
    for (const host of found) selected.add(host);
  }
  return inventory.hosts.filter(host => selected.has(host));
}
