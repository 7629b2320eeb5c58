import type { Context } from '../../context.ts';
import { ansibleList, showJson } from '../../inventory/ansible-list.ts';
import { showGroups } from '../../inventory/show-groups.ts';
import { showVariables } from '../../inventory/show-variables.ts';
import type { InventoryFlags } from '../inventory.ts';
import { openInventory } from '../load-fleet.ts';

/** What `homelab-deploy inventory` does. */
export async function runInventory(
  context: Context,
  patterns: string[],
  options: InventoryFlags,
): Promise<void> {
  const inventory = await openInventory(context, options);
  const hosts = patterns.length > 0 ? inventory.select(patterns) : inventory.hosts;
  if (options.listHosts) context.stdout.write(hosts.map(({ name }) => `${name}\n`).join(''));
  else if (options.json) {
    const list = ansibleList({ hosts, groups: inventory.groups }, { mask: true });
    context.stdout.write(`${showJson(list)}\n`);
  } else if (patterns.length === 0) context.stdout.write(showGroups(inventory));
  else context.stdout.write(hosts.map(showVariables).join('\n'));
}
