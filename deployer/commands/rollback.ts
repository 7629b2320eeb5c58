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

export interface RollbackFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly to?: string;
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `homelab-deploy rollback`: activate the previous release again, build, unit and configuration together. */
export function addRollback(program: Command, context: Context): void {
  const command = addHostSelection(
    program
      .command('rollback')
      .summary('activate the previous release again')
      .description(
        'Activate the previous release again, or the one named with --to: build, unit, configuration and runtime together, behind the same health gate as a push, and say what the hub answers to its first heartbeat. The next push activates what the inventory says again.',
      ),
  )
    .optionsGroup('What to do:')
    .option('--to <release>', 'this release; "releases" lists what there is')
    .option('--check', 'show what would change, and change nothing')
    .option('-y, --yes', 'do not ask');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addHelpText('after', helpNotes(HELP))
    .action(async (hosts: string[], flags: RollbackFlags) =>
      (await import('./actions/rollback.ts')).runRollback(context, hosts, flags),
    );
}

const HELP = `
Examples:
  $ homelab-deploy rollback nas-1
  $ homelab-deploy releases nas-1
  $ homelab-deploy rollback nas-1 --to 0.1.0-ab12cd34
`;
