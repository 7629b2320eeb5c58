import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { helpNotes } from '../ui/help-notes.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { positiveInteger } from './option-values.ts';
import { addRemoteOptions, type RemoteOptions } from './remote-options.ts';

export interface StatusFlags extends FleetOptions, RemoteOptions {
  readonly json?: boolean;
  /** Seconds between two readings. */
  readonly watch?: number;
  /** Whether to show the last 24 hours from the hub. */
  readonly history?: boolean;
  readonly dist?: string;
}

/** `homelab-deploy status`: what runs where. */
export function addStatus(program: Command, context: Context): void {
  const command = program
    .command('status')
    .summary('show what runs where, and when its last heartbeat was accepted')
    .description(
      'Show how each server is, those that need attention first: its agent and release, when the hub last accepted a heartbeat, the newest figures, updates and warnings.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addOption(
      new Option('-w, --watch [s]', 'repeat every so many seconds, until Ctrl-C')
        .argParser(positiveInteger)
        .preset('5'),
    )
    .option('--dist <dir>', 'compare with what "build --out DIR" made, instead of building now')
    .option('--history', 'also show the last 24 hours of CPU, memory and disk, from the hub')
    .addHelpText('after', helpNotes(HELP))
    .action(async (hosts: string[], flags: StatusFlags) =>
      (await import('./actions/status.ts')).runStatus(context, hosts, flags),
    );
}

const HELP = `
States:
  beating        the hub accepted a heartbeat within the last three intervals
  refused        it runs, and the hub refused its last heartbeat: see below the table
  starting       it runs, and its first heartbeat is not due yet
  silent         it runs, but no heartbeat was accepted for three intervals: see below the table
  restarting     systemd keeps starting it: see "homelab-deploy logs HOST"
  stopped        its service does not run: a push starts it, and "homelab-deploy logs HOST" has what it said last
  not installed  no agent of ours is there: a push installs it
  unreachable    the server does not answer
  failed         it answers, and cannot be asked: see below the table

Below the table: the error of the last heartbeat, and the agents' warnings of figures that are missing, partial or
old. A star marks a server that a push would change. Columns that do not fit are left out; --json has everything.

The HUB column is the hub's view: online, offline, inactive (removed there), not known, refuses
(see "verify"), no answer, or not asked, if the inventory has only tokens and no homelab_deploy_hub_api_key.

Exit code 1 if an agent does not work, 3 if a server is unreachable, 4 if there are only warnings. With --watch, Ctrl-C ends
with that of the last reading.

Examples:
  $ homelab-deploy status
  $ homelab-deploy status nas --watch
  $ homelab-deploy status --json | jq '.hosts[] | select(.state != "beating")'
`;
