import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { helpNotes } from '../ui/help-notes.ts';
import {
  addFleetOptions,
  addHostSelection,
  addJsonOption,
  type FleetOptions,
} from './fleet-options.ts';
import { addRemoteOptions, type RemoteOptions } from './remote-options.ts';

export interface UninstallFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly purge?: boolean;
  readonly fromHub?: boolean;
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `homelab-deploy uninstall`: remove the agent from servers. */
export function addUninstall(program: Command, context: Context): void {
  const command = addHostSelection(
    program
      .command('uninstall')
      .summary('remove the agent from servers')
      .description(
        'Stop the agent and remove its releases, runtime and unit. Configuration, state and user stay, unless --purge.',
      ),
  )
    .optionsGroup('What to do:')
    .option('--purge', 'also remove configuration, state and user')
    .option('--from-hub', 'also delete the server on the hub, with its history')
    .option('--check', 'show what would change, and change nothing')
    .option('-y, --yes', 'do not ask; with --from-hub the names are to be typed all the same');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addHelpText('after', helpNotes(HELP))
    .action(async (hosts: string[], flags: UninstallFlags) =>
      (await import('./actions/uninstall.ts')).runUninstall(context, hosts, flags),
    );
}

const HELP = `
Examples:
  $ homelab-deploy uninstall pi-3
  $ homelab-deploy uninstall --all --purge --yes
  $ homelab-deploy uninstall pi-3 --from-hub       it is gone from the hub's page as well
`;
