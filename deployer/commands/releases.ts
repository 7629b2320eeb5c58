import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { addRemoteOptions, type RemoteOptions } from './remote-options.ts';

export interface ReleasesFlags extends FleetOptions, RemoteOptions {
  readonly json?: boolean;
}

/** `homelab-deploy releases`: what a rollback could go back to. */
export function addReleases(program: Command, context: Context): void {
  const command = program
    .command('releases')
    .summary('list the releases on servers')
    .description(
      'List the releases on servers: which is current, which is the previous one, and since when.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command)).action(async (hosts: string[], flags: ReleasesFlags) =>
    (await import('./actions/releases.ts')).runReleases(context, hosts, flags),
  );
}
