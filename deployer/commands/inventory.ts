import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { ansibleList, showJson } from '../inventory/ansible-list.ts';
import { showGroups } from '../inventory/show-groups.ts';
import { showVariables } from '../inventory/show-variables.ts';
import { addFleetOptions, type FleetOptions } from './fleet-options.ts';
import { openInventory } from './load-fleet.ts';

interface Options extends FleetOptions {
  readonly json?: boolean;
}

/** `homelab-deploy inventory`: the inventory's groups, hosts and variables after files, vault and templates. */
export function addInventory(program: Command, context: Context): void {
  const command = program
    .command('inventory')
    .summary('show groups and hosts, or the variables of some')
    .description(
      'Show the groups and their hosts; of the hosts named, every variable with its value and where it was set. Secrets are masked.',
    )
    .argument('[pattern...]', 'hosts and groups whose variables to show');
  addFleetOptions(command)
    .option('--json', 'print what "ansible-inventory --list" prints, with secrets masked')
    .action(async (patterns: string[], options: Options) => {
      const inventory = await openInventory(context, options);
      const hosts = patterns.length > 0 ? inventory.select(patterns) : inventory.hosts;
      if (options.listHosts) context.stdout.write(hosts.map(({ name }) => `${name}\n`).join(''));
      else if (options.json) {
        const list = ansibleList({ hosts, groups: inventory.groups }, { mask: true });
        context.stdout.write(`${showJson(list)}\n`);
      } else if (patterns.length === 0) context.stdout.write(showGroups(inventory));
      else context.stdout.write(hosts.map(showVariables).join('\n'));
    });
}
