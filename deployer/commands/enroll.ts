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

export interface EnrollFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly rotate?: boolean;
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `homelab-deploy enroll`: a token of its own for each server. */
export function addEnroll(program: Command, context: Context): void {
  const command = addHostSelection(
    program
      .command('enroll')
      .summary('give servers tokens of their own')
      .description(
        "Get each server a token of its own from the hub, write it into the inventory, vaulted, and activate it on that server at once. The hub's own key (homelab_deploy_hub_api_key) goes to the hub alone.",
      ),
  )
    .optionsGroup('What to do:')
    .option('--rotate', 'a new token also for servers whose token the hub accepts')
    .option('--check', 'show what would change, and change nothing')
    .option('-y, --yes', 'do not ask');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addHelpText('after', helpNotes(HELP))
    .action(async (hosts: string[], flags: EnrollFlags) =>
      (await import('./actions/enroll.ts')).runEnroll(context, hosts, flags),
    );
}

const HELP = `
A server whose token the hub accepts is left alone. After the hub was rebuilt or restored, "enroll --all" gives every
server a token again.

Examples:
  $ homelab-deploy enroll nas-1
  $ homelab-deploy enroll --all --vault-password-file ~/.vault
  $ homelab-deploy enroll nas-1 --rotate
`;
