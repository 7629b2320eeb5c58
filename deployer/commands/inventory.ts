import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addFleetOptions, type FleetOptions } from './fleet-options.ts';

export interface InventoryFlags extends FleetOptions {
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
    .action(async (patterns: string[], options: InventoryFlags) =>
      (await import('./actions/inventory.ts')).runInventory(context, patterns, options),
    );
}
