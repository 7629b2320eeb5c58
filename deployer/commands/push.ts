import { resolve } from 'node:path';
import type { Command } from 'commander';
import { distSource } from '../build/source/dist-source.ts';
import { homeSource } from '../build/source/home-source.ts';
import type { Context } from '../context.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { cacheDirectory } from '../lib/xdg.ts';
import type { BatchSize } from '../run/batches.ts';
import type { ArtifactSource } from '../run/dependencies.ts';
import type { Job } from '../run/job.ts';
import { failedHosts, rememberRun } from '../run/last-run.ts';
import { type PushOptions, push } from '../run/push.ts';
import type { HostResult } from '../run/result.ts';
import { confirm, isTerminal } from '../ui/confirm.ts';
import { nextSteps } from '../ui/next-steps.ts';
import { planText, pushEntry } from '../ui/plan-text.ts';
import type { View } from '../ui/view.ts';
import { askHubs } from './ask-hubs.ts';
import { explainConflicts } from './explain-conflicts.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { inventoryId, loadFleet } from './load-fleet.ts';
import { operator } from './operator.ts';
import { share, shares } from './option-values.ts';
import { addRemoteOptions, openAccess, type RemoteOptions, serversOf } from './remote-options.ts';
import { jobOf } from './server.ts';
import { reportResults, showProgress } from './show-results.ts';

interface PushFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly failed?: boolean;
  readonly limit?: string;
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly serial?: BatchSize[];
  readonly maxFail?: BatchSize;
  readonly yes?: boolean;
  readonly despiteStorage?: boolean;
  readonly dist?: string;
  /** False with `--no-hub`. */
  readonly hub: boolean;
  readonly json?: boolean;
}

/** `homelab-deploy push`: install or update the agent on servers. */
export function addPush(program: Command, context: Context): void {
  const command = program
    .command('push')
    .aliases(['install', 'update', 'deploy'])
    .summary('install or update the agent on servers')
    .description(
      'Install or update the agent: check all servers first, send each what it lacks, activate it behind a health gate, and restore the old release if the new one does not become ready. The hub is asked before whether it would accept the heartbeats, and each server ends with its answer to the first one.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory, such as nas-1 or "pi*"')
    .optionsGroup('Which servers:')
    .option('--all', 'every server of the inventory')
    .option('--failed', 'hosts that failed last time')
    .option('-l, --limit <pattern>', 'of these, only the ones that match')
    .optionsGroup('What to do:')
    .option('--check', 'show what would change, and change nothing')
    .option('--diff', 'show what changes in configuration and unit, secrets masked')
    .option('--serial <sizes>', 'change servers in batches, such as 1,3,100%', shares)
    .option(
      '--max-fail <n>',
      'stop after more than N (or N%) failures (default: no limit, 0 with --serial)',
      share,
    )
    .option('-y, --yes', 'do not ask before several servers are changed')
    .option(
      '--no-hub',
      'do not ask the hub before, nor wait for its answers to the first heartbeats',
    )
    .option(
      '--despite-storage',
      'also push to servers with a read-only file system, or one that has errors',
    )
    .option('--dist <dir>', 'send what "build --out DIR" made, instead of building now');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addHelpText('after', HELP)
    .action((hosts: string[], flags: PushFlags) => runPush(context, hosts, flags));
}

async function runPush(context: Context, patterns: string[], flags: PushFlags): Promise<void> {
  const inventory = await inventoryId(context, flags);
  const chosen = flags.failed ? await failedHosts(context, inventory) : patterns;
  if (flags.failed && chosen.length === 0) {
    context.stderr.write('No server failed in the last push\n');
    return;
  }
  const fleet = present(context, await loadFleet(context, chosen, flags));
  if (fleet.length === 0 && !flags.json) return;
  const servers = await serversOf(context, fleet, flags);
  const refusals = flags.hub ? await askHubs(context, fleet) : new Map<string, string>();
  const jobs = servers.map(server => jobOf(server, refusals));
  const names = jobs.map(job => job.name);
  const pushed = await showProgress(context, names, flags, view =>
    pushJobs(context, jobs, flags, view),
  );
  const results = await explainConflicts(context, fleet, pushed);
  if (!flags.check) {
    const hosts = results.map(({ host, outcome }) => ({ host, outcome }));
    await rememberRun(context, { inventory, finished: new Date().toISOString(), hosts });
  }
  for (const { host, diff } of results) {
    if (diff && !flags.json) context.stdout.write(`${host}\n${diff}\n`);
  }
  reportResults(context, 'push', results, flags);
  const { check = false, inventory: sources = [] } = flags;
  const next = nextSteps(results, { check, inventory: sources });
  if (context.stderr.isTTY && next.length > 0) context.stderr.write(`\n${next.join('\n')}\n`);
}

/** Those that are to have the agent; the others are named. */
function present(context: Context, fleet: readonly HostSettings[]): HostSettings[] {
  const absent = fleet.filter(host => host.state === 'absent').map(({ name }) => name);
  if (absent.length > 0) {
    context.stderr.write(
      `Skipped, as homelab_agent_state is absent there: ${absent.join(', ')}; "uninstall" removes the agent\n`,
    );
  }
  return fleet.filter(host => host.state === 'present');
}

async function pushJobs(
  context: Context,
  jobs: readonly Job[],
  flags: PushFlags,
  view: View,
): Promise<HostResult[]> {
  const { check = false, diff = false, forks, serial = [], yes } = flags;
  const tools = {
    ...sourceFor(context, flags, view),
    ...openAccess(context, flags, view),
    now: () => performance.now(),
    sleep: (ms: number) => new Promise<void>(wake => setTimeout(wake, ms)),
  };
  const options: PushOptions = {
    check,
    diff,
    forks,
    serial,
    maxFail: flags.maxFail ?? (serial.length > 0 ? { count: 0 } : null),
    by: operator(context),
    awaitBeat: flags.hub,
    signal: context.signal,
    async acceptsStorage(host, faults) {
      if (flags.despiteStorage) return true;
      // "--yes" means the change, not the risk.
      if (check || yes || !isTerminal(context)) return false;
      const question = `${faults.join('\n')}\nPush to ${host} all the same?`;
      return view.hold(() => confirm(context, question));
    },
    async confirm(plan) {
      // A single server is what was asked for; several are confirmed.
      const changing = plan.filter(({ ended }) => ended === null).length;
      if (yes || changing < 2 || !isTerminal(context)) return true;
      const width = context.stderr.columns ?? 80;
      const question = `${planText(plan.map(pushEntry), width)}\nChange ${changing} servers?`;
      return view.hold(() => confirm(context, question));
    },
  };
  return await push(jobs, tools, options, event => view.emit(event));
}

function sourceFor(context: Context, { dist }: PushFlags, view: View): ArtifactSource {
  if (dist !== undefined) return distSource(resolve(context.cwd, dist));
  return homeSource({
    cache: cacheDirectory(context),
    progress: text => view.emit({ kind: 'note', text }),
    signal: context.signal,
  });
}

const HELP = `
A server that is up to date is not changed. All servers are checked before any is changed.

Examples:
  $ homelab-deploy push --all --check --diff
  $ homelab-deploy push --all
  $ homelab-deploy push nas-1 'pi*'
  $ homelab-deploy push --all --serial 1,100%      one server first, the others when that went well
  $ homelab-deploy push --failed
  $ homelab-deploy push --all --no-hub             while the hub is being rebuilt
`;
