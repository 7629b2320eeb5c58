import { type Command, Option } from 'commander';
import { findHome } from '../build/home.ts';
import type { Context } from '../context.ts';
import { hubViews } from '../hub/hub-view.ts';
import { askHosts } from '../run/ask-hosts.ts';
import { readFacts } from '../run/read-facts.ts';
import { statusExitCode, statusReport, statusTable } from '../ui/status-table.ts';
import { paintFor } from '../ui/text.ts';
import { watch } from '../ui/watch.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { loadFleet } from './load-fleet.ts';
import { positiveInteger } from './option-values.ts';
import { addRemoteOptions, openAccess, type RemoteOptions, serversOf } from './remote-options.ts';

interface StatusFlags extends FleetOptions, RemoteOptions {
  readonly json?: boolean;
  /** Seconds between two readings. */
  readonly watch?: number;
}

/** The time limit for the hub's column. */
const HUB_MS = 3_000;

/** `homelab-deploy status`: what runs where. */
export function addStatus(program: Command, context: Context): void {
  const command = program
    .command('status')
    .summary('show what runs where, and when its last heartbeat was accepted')
    .description(
      'Show what servers run, since when, and when the hub last accepted a heartbeat from them.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addOption(
      new Option('-w, --watch [s]', 'repeat every so many seconds, until Ctrl-C')
        .argParser(positiveInteger)
        .preset('5'),
    )
    .addHelpText('after', HELP)
    .action((hosts: string[], flags: StatusFlags) => runStatus(context, hosts, flags));
}

async function runStatus(context: Context, patterns: string[], flags: StatusFlags): Promise<void> {
  const all = patterns.length === 0;
  const fleet = await loadFleet(context, patterns, { ...flags, all });
  const servers = await serversOf(context, fleet, flags);
  const access = openAccess(context, flags);
  const { nodeVersion } = await findHome();
  const look = async (): Promise<string> => {
    const { signal } = context;
    const [answers, views] = await Promise.all([
      askHosts(servers, access, connection =>
        readFacts(connection, { runtime: 'bundled' }, signal),
      ),
      hubViews(fleet, { timeoutMs: HUB_MS, signal }),
    ]);
    const optional = new Set(fleet.filter(host => host.optional).map(({ name }) => name));
    context.exitCode = statusExitCode(answers, optional);
    return flags.json
      ? statusReport(answers, views, context.exitCode)
      : statusTable(answers, views, nodeVersion, paintFor(context.stdout, context.env));
  };
  if (flags.watch === undefined) context.stdout.write(await look());
  else await watch(context, flags.watch, look);
}

const HELP = `
  beating     the hub accepted a heartbeat within the last three intervals
  refused     it runs, and the hub refused its last heartbeat: see LAST ERROR
  starting    it runs, and its first heartbeat is not due yet
  silent      it runs, but no heartbeat was accepted for three intervals: see LAST ERROR
  restarting  systemd keeps starting it: see "journalctl -u homelab-agent" on the server
  A warning below the table is an agent's own: a figure that is missing, partial or old.
  The HUB column is the hub's view: online, offline, inactive (removed there), not known, refuses
  (see "verify"), no answer, or not asked, if the inventory has only tokens and no homelab_deploy_hub_api_key.

Exit code 1 if an agent does not work, 3 if a server is unreachable and the others are fine.

Examples:
  $ homelab-deploy status
  $ homelab-deploy status nas --watch
  $ homelab-deploy status --json | jq '.hosts[] | select(.state != "beating")'
`;
