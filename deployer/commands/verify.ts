import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { helpNotes } from '../ui/help-notes.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { positiveInteger } from './option-values.ts';

export interface VerifyFlags extends FleetOptions {
  readonly wait?: number;
  readonly json?: boolean;
}

/** `homelab-deploy verify`: does the hub see each server? */
export function addVerify(program: Command, context: Context): void {
  const command = program
    .command('verify')
    .summary('ask the hub whether it receives heartbeats from every server')
    .description(
      'Ask the hub over HTTP whether it accepts heartbeats of the right version from every server, and has a recent one by its own clock. Needs no SSH.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)')
    .option(
      '--wait <s>',
      'wait up to so many seconds for a new heartbeat of every server',
      positiveInteger,
    );
  addJsonOption(addFleetOptions(command))
    .addHelpText('after', helpNotes(HELP))
    .action(async (hosts: string[], flags: VerifyFlags) =>
      (await import('./actions/verify.ts')).runVerify(context, hosts, flags),
    );
}

const HELP = `
Exit code 1 if the hub has no recent heartbeat of a server, 3 if the hub itself does not answer.

Examples:
  $ homelab-deploy verify
  $ homelab-deploy push --all && homelab-deploy verify --wait 90
`;
