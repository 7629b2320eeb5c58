import { type Command, Option } from 'commander';
import { homeSource } from '../build/source/home-source.ts';
import type { Context } from '../context.ts';
import { hubHistories } from '../hub/hub-history.ts';
import { hubViews } from '../hub/hub-view.ts';
import { sha256 } from '../lib/digest.ts';
import { cacheDirectory } from '../lib/xdg.ts';
import { renderHost } from '../plan/config-yaml.ts';
import { planHost } from '../plan/plan-host.ts';
import { askHosts } from '../run/ask-hosts.ts';
import type { Build } from '../run/dependencies.ts';
import { readFacts } from '../run/read-facts.ts';
import { type Observed, serverState, statusExitCode } from '../run/server-state.ts';
import type { Connection } from '../ssh/transport.ts';
import { historyText } from '../ui/history.ts';
import { statusReport } from '../ui/status-report.ts';
import { statusTable } from '../ui/status-table.ts';
import { paintFor } from '../ui/text.ts';
import { watch } from '../ui/watch.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { loadFleet } from './load-fleet.ts';
import { positiveInteger } from './option-values.ts';
import { addRemoteOptions, openAccess, type RemoteOptions, serversOf } from './remote-options.ts';
import type { Server } from './server.ts';

interface StatusFlags extends FleetOptions, RemoteOptions {
  readonly json?: boolean;
  /** Seconds between two readings. */
  readonly watch?: number;
  /** Whether to show the last 24 hours from the hub. */
  readonly history?: boolean;
}

/** The time limit for the hub's column. */
const HUB_MS = 3_000;

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
    .option('--history', 'also show the last 24 hours of CPU, memory and disk, from the hub')
    .addHelpText('after', HELP)
    .action((hosts: string[], flags: StatusFlags) => runStatus(context, hosts, flags));
}

async function runStatus(context: Context, patterns: string[], flags: StatusFlags): Promise<void> {
  const all = patterns.length === 0;
  const fleet = await loadFleet(context, patterns, { ...flags, all });
  const servers = await serversOf(context, fleet, flags);
  const access = openAccess(context, flags);
  const { signal } = context;
  const progress = (text: string): void => void context.stderr.write(`${text}\n`);
  const build = await homeSource({ cache: cacheDirectory(context), progress, signal }).build();
  const optional = new Set(fleet.filter(host => host.optional).map(({ name }) => name));
  const look = async (): Promise<string> => {
    const [answers, views, histories] = await Promise.all([
      askHosts(servers, access, (connection, server) => observe(connection, server, build, signal)),
      hubViews(fleet, { timeoutMs: HUB_MS, signal }),
      flags.history ? hubHistories(fleet, { timeoutMs: HUB_MS, signal }) : null,
    ]);
    const states = answers.map(answer =>
      serverState(answer, views.get(answer.host), build.nodeVersion),
    );
    context.exitCode = statusExitCode(states, optional);
    if (flags.json) return statusReport(states, context.exitCode);
    const width = context.stdout.columns ?? Number.POSITIVE_INFINITY;
    const table = statusTable(states, { width, paint: paintFor(context.stdout, context.env) });
    if (histories === null) return table;
    return `${table}\n${historyText(histories, Date.now(), width)}`;
  };
  if (flags.watch === undefined) context.stdout.write(await look());
  else await watch(context, flags.watch, look);
}

/** What runs on a server, compared with what a push would install there. */
async function observe(
  connection: Connection,
  { settings }: Server,
  { version, nodeVersion, sums }: Build,
  signal: AbortSignal,
): Promise<Observed> {
  const configSha256 = sha256(renderHost(settings)['config.yaml']);
  const wanted = { version, nodeVersion, sums, configSha256 };
  const facts = await readFacts(connection, { runtime: settings.runtime, wanted }, signal);
  const plan = planHost(facts, { sums, configSha256, agent: settings });
  return { facts, behind: plan.kind === 'plan' && plan.steps.length > 0 };
}

const HELP = `
  beating     the hub accepted a heartbeat within the last three intervals
  refused     it runs, and the hub refused its last heartbeat: see below the table
  starting    it runs, and its first heartbeat is not due yet
  silent      it runs, but no heartbeat was accepted for three intervals: see below the table
  restarting  systemd keeps starting it: see "homelab-deploy logs HOST"
  Below the table: the error of the last heartbeat, and the agents' warnings of figures that are missing, partial or
  old. A star marks a server that a push would change. Columns that do not fit are left out; --json has everything.
  The HUB column is the hub's view: online, offline, inactive (removed there), not known, refuses
  (see "verify"), no answer, or not asked, if the inventory has only tokens and no homelab_deploy_hub_api_key.

Exit code 1 if an agent does not work, 3 if a server is unreachable, 4 if there are only warnings.

Examples:
  $ homelab-deploy status
  $ homelab-deploy status nas --watch
  $ homelab-deploy status --json | jq '.hosts[] | select(.state != "beating")'
`;
