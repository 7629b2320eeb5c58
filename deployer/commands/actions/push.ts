import type { Context } from '../../context.ts';
import type { HostSettings } from '../../inventory/settings/host-settings.ts';
import { quoteWord } from '../../lib/quote.ts';
import { showBatchSize } from '../../run/batches.ts';
import type { Job } from '../../run/job.ts';
import { failedHosts, rememberRun } from '../../run/last-run.ts';
import { type PushOptions, push } from '../../run/push.ts';
import type { HostResult } from '../../run/result.ts';
import { confirm, isTerminal } from '../../ui/confirm.ts';
import { nextSteps } from '../../ui/next-steps.ts';
import { planText, pushEntry } from '../../ui/plan-text.ts';
import type { View } from '../../ui/view.ts';
import { openAccess, openSource, serversOf } from '../access.ts';
import { askHubs } from '../ask-hubs.ts';
import { explainConflicts } from '../explain-conflicts.ts';
import { inventoryId, loadFleet } from '../load-fleet.ts';
import { operator } from '../operator.ts';
import type { PushFlags } from '../push.ts';
import { jobOf } from '../server.ts';
import { reportResults, showProgress } from '../show-results.ts';

/** What `homelab-deploy push` does. */
export async function runPush(
  context: Context,
  patterns: string[],
  flags: PushFlags,
): Promise<void> {
  const inventory = await inventoryId(context, flags);
  const chosen = await chosenFleet(context, inventory, patterns, flags);
  if (flags.failed && chosen.length === 0) {
    const who = patterns.length === 0 ? 'No server' : 'None of these servers';
    context.stderr.write(`${who} failed in the last push\n`);
    return;
  }
  const fleet = present(context, chosen);
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
  const { check = false } = flags;
  const next = nextSteps(results, { ...flags, check, pushOptions: pushOptions(flags) });
  if (context.stderr.isTTY && next.length > 0) context.stderr.write(`\n${next.join('\n')}\n`);
}

/** The options with which the servers that failed are pushed again. */
function pushOptions({ serial, maxFail, hub, despiteStorage, dist }: PushFlags): string {
  const words = [
    ...(serial === undefined ? [] : ['--serial', serial.map(showBatchSize).join()]),
    ...(maxFail === undefined ? [] : ['--max-fail', showBatchSize(maxFail)]),
    ...(hub ? [] : ['--no-hub']),
    ...(despiteStorage ? ['--despite-storage'] : []),
    ...(dist === undefined ? [] : ['--dist', dist]),
  ];
  return words.map(word => ` ${quoteWord(word)}`).join('');
}

/** With `--failed`, those of the named servers that failed last time, or of all without a name. */
async function chosenFleet(
  context: Context,
  inventory: string,
  patterns: string[],
  flags: PushFlags,
): Promise<HostSettings[]> {
  if (!flags.failed) return await loadFleet(context, patterns, flags);
  const among = await failedHosts(context, inventory);
  return await loadFleet(context, patterns, { ...flags, all: patterns.length === 0, among });
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
    ...openSource(context, flags.dist, text => view.emit({ kind: 'note', text })),
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
