import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { helpNotes } from '../ui/help-notes.ts';
import { addFleetOptions, addHostSelection, type FleetOptions } from './fleet-options.ts';
import { positiveInteger } from './option-values.ts';
import { addRemoteOptions, type RemoteOptions } from './remote-options.ts';

export interface LogsFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly follow?: boolean;
  readonly lines: number;
  readonly since?: string;
  readonly deploys?: boolean;
}

/** `homelab-deploy logs`: the agents' journals. */
export function addLogs(program: Command, context: Context): void {
  const command = addHostSelection(
    program
      .command('logs')
      .summary("show the agents' journals")
      .description(
        "Show the agents' journals; of several servers, each line begins with the server's name.",
      ),
  )
    .optionsGroup('What to show:')
    .option('-f, --follow', 'follow new lines until Ctrl-C, which ends with exit code 0')
    .option('-n, --lines <n>', 'how many of the last lines', positiveInteger, 30)
    .option('--since <time>', 'as journalctl accepts it: "-1h", "today", "2026-01-31 10:00"')
    .option('--deploys', 'show who installed what, instead of what the agent wrote');
  addFleetOptions(command);
  addRemoteOptions(command)
    .addHelpText('after', helpNotes(HELP))
    .action(async (hosts: string[], flags: LogsFlags) =>
      (await import('./actions/logs.ts')).runLogs(context, hosts, flags),
    );
}

const HELP = `
Examples:
  $ homelab-deploy logs nas-1
  $ homelab-deploy logs -f nas-1 pi-1
  $ homelab-deploy logs --all --deploys
`;
