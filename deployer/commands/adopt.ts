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

export interface AdoptFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `homelab-deploy adopt`: write what the agents on servers were set to into the inventory. */
export function addAdopt(program: Command, context: Context): void {
  const command = addHostSelection(
    program
      .command('adopt')
      .summary('write what the agents on servers were set to into the inventory')
      .description(
        "Read server_id, server_guid, token, mode and services of the agents on servers, the hub's own or ours, and write what the inventory says otherwise into it, so that a push takes them over and loses nothing. Changes nothing on the servers.",
      ),
  )
    .optionsGroup('What to do:')
    .option('--check', 'show what would be written, and write nothing')
    .option('-y, --yes', 'do not ask');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addHelpText('after', helpNotes(HELP))
    .action(async (hosts: string[], flags: AdoptFlags) =>
      (await import('./actions/adopt.ts')).runAdopt(context, hosts, flags),
    );
}

const HELP = `
The variables go into the file that Ansible reads for the host alone, comments and layout stay as they are. The token is
written vaulted; without a vault password nothing is written for that host, and the lines are printed instead.

Examples:
  $ homelab-deploy adopt pi-1 --check
  $ homelab-deploy adopt --all --vault-password-file ~/.vault-password
  $ homelab-deploy push --all
`;
