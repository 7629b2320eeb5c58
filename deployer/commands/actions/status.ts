import { findHome } from '../../build/home.ts';
import type { Context } from '../../context.ts';
import { hubHistories } from '../../hub/hub-history.ts';
import { hubViews } from '../../hub/hub-view.ts';
import { errorMessage } from '../../lib/errors.ts';
import { renderHost } from '../../plan/config-yaml.ts';
import { planHost } from '../../plan/plan-host.ts';
import { askHosts } from '../../run/ask-hosts.ts';
import type { Build } from '../../run/dependencies.ts';
import { readFacts, wantedRelease } from '../../run/read-facts.ts';
import { type Observed, serverState, statusExitCode } from '../../run/server-state.ts';
import type { Connection } from '../../ssh/transport.ts';
import { historyText } from '../../ui/history.ts';
import { statusReport } from '../../ui/status-report.ts';
import { statusTable } from '../../ui/status-table.ts';
import { paintFor } from '../../ui/text.ts';
import { watch } from '../../ui/watch.ts';
import { openAccess, openSource, serversOf } from '../access.ts';
import { loadFleet } from '../load-fleet.ts';
import type { Server } from '../server.ts';
import type { StatusFlags } from '../status.ts';

/** The time limit for the hub's column. */
const HUB_MS = 3_000;

/** What `homelab-deploy status` does. */
export async function runStatus(
  context: Context,
  patterns: string[],
  flags: StatusFlags,
): Promise<void> {
  const all = patterns.length === 0;
  const fleet = await loadFleet(context, patterns, { ...flags, all });
  const servers = await serversOf(context, fleet, flags);
  const access = openAccess(context, flags);
  const { signal } = context;
  const progress = (text: string): void => void context.stderr.write(`${text}\n`);
  // What cannot be built is not compared; how the servers are is shown in any case.
  const build = await openSource(context, flags.dist, progress)
    .build()
    .catch((error: unknown) => {
      progress(`Cannot compare the servers with this build: ${errorMessage(error)}`);
      return null;
    });
  const { nodeVersion } = await findHome();
  const optional = new Set(fleet.filter(host => host.optional).map(({ name }) => name));
  const look = async (): Promise<string> => {
    const [answers, views, histories] = await Promise.all([
      askHosts(servers, access, (connection, server) => observe(connection, server, build, signal)),
      hubViews(fleet, { timeoutMs: HUB_MS, signal }),
      flags.history ? hubHistories(fleet, { timeoutMs: HUB_MS, signal }) : null,
    ]);
    const states = answers.map(answer => serverState(answer, views.get(answer.host), nodeVersion));
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
  build: Build | null,
  signal: AbortSignal,
): Promise<Observed> {
  if (build === null) {
    const facts = await readFacts(connection, { runtime: settings.runtime }, signal);
    return { facts, behind: false };
  }
  const wanted = wantedRelease(build, renderHost(settings)['config.yaml']);
  const facts = await readFacts(connection, { runtime: settings.runtime, wanted }, signal);
  const plan = planHost(facts, { ...wanted, agent: settings });
  return { facts, behind: plan.kind === 'plan' && plan.steps.length > 0 };
}
