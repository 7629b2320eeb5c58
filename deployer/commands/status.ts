import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { askHosts } from '../engine/ask-hosts.ts';
import { statusExitCode, statusReport, statusTable } from '../ui/status-table.ts';
import { paintFor } from '../ui/style.ts';
import { addFleetOptions, type FleetOptions } from './fleet-options.ts';
import { loadFleet } from './load-fleet.ts';
import {
  addRemoteOptions,
  openTransport,
  type RemoteOptions,
  targetsOf,
} from './remote-options.ts';

interface StatusFlags extends FleetOptions, RemoteOptions {
  readonly json?: boolean;
}

/** `homelab-deploy status`: what runs where. */
export function addStatus(program: Command, context: Context): void {
  const command = program
    .command('status')
    .summary('show what runs where, and since when it beats')
    .description(
      'Ask servers what they run, since when, and when the hub last took a beat from them.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)');
  addFleetOptions(command);
  addRemoteOptions(command)
    .optionsGroup('Output:')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', HELP)
    .action((hosts: string[], flags: StatusFlags) => runStatus(context, hosts, flags));
}

async function runStatus(context: Context, patterns: string[], flags: StatusFlags): Promise<void> {
  const all = patterns.length === 0;
  const fleet = await loadFleet(context, patterns, { ...flags, all });
  const { forks } = flags;
  const transport = openTransport(context, flags);
  const targets = await targetsOf(context, fleet, flags);
  const { signal } = context;
  const answers = await askHosts(targets, transport, { forks, signal });
  const optional = new Set(fleet.filter(host => host.optional).map(({ name }) => name));
  context.exitCode = statusExitCode(answers, optional);
  context.stdout.write(
    flags.json
      ? statusReport(answers, context.exitCode)
      : statusTable(answers, paintFor(context.stdout, context.env)),
  );
}

const HELP = `
  beating     the hub took a beat within the last three intervals
  starting    it runs, and has not had time for a beat yet
  silent      it runs, but no beat got through for three intervals: see LAST ERROR
  restarting  systemd keeps starting it: see "journalctl -u homelab-agent" on the server

Exit code 1 where an agent is not at work, 3 where a server is unreachable and the others are well.

Examples:
  $ homelab-deploy status
  $ homelab-deploy status nas
  $ homelab-deploy status --json | jq '.hosts[] | select(.state != "beating")'
`;
