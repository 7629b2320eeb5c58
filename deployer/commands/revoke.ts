import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';

export interface RevokeFlags extends FleetOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `homelab-deploy revoke`: end the tokens of servers on the hub. */
export function addRevoke(program: Command, context: Context): void {
  const command = program
    .command('revoke')
    .summary('end the tokens of servers on the hub')
    .description(
      'End the tokens of servers on the hub, which refuses their heartbeats from then on. "enroll" gives them new ones. Needs no SSH.',
    )
    .argument('<host...>', 'hosts, groups or patterns of the inventory')
    .option('-y, --yes', 'do not ask');
  addJsonOption(addFleetOptions(command)).action(async (hosts: string[], flags: RevokeFlags) =>
    (await import('./actions/revoke.ts')).runRevoke(context, hosts, flags),
  );
}
