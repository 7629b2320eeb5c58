import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { findHome } from '../build/home.ts';
import type { Context } from '../context.ts';
import { type HubView, hubViews } from '../hub/hub-view.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { ago, paintFor, table } from '../ui/text.ts';
import { addFleetOptions, type FleetOptions } from './fleet-options.ts';
import { loadFleet } from './load-fleet.ts';
import { positiveInteger } from './option-values.ts';

interface VerifyFlags extends FleetOptions {
  readonly wait?: number;
  readonly json?: boolean;
}

interface Verdict {
  readonly host: string;
  readonly server_id: string;
  readonly ok: boolean;
  /** Nothing is wrong with the server as far as anybody knows: the hub itself did not answer. */
  readonly hubSilent: boolean;
  readonly says: string;
}

const HUB_MS = 10_000;
const PAUSE_MS = 1_000;

/** `homelab-deploy verify`: does the hub see each server? */
export function addVerify(program: Command, context: Context): void {
  const command = program
    .command('verify')
    .summary('ask the hub whether it receives heartbeats from every server')
    .description(
      'Ask the hub over HTTP whether it has a recent heartbeat of the right version from every server. Needs no SSH.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)')
    .option('--wait <s>', 'wait up to so many seconds for the servers', positiveInteger);
  addFleetOptions(command)
    .optionsGroup('Output:')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', HELP)
    .action((hosts: string[], flags: VerifyFlags) => runVerify(context, hosts, flags));
}

async function runVerify(context: Context, patterns: string[], flags: VerifyFlags): Promise<void> {
  const fleet = await loadFleet(context, patterns, { ...flags, all: patterns.length === 0 });
  const { version } = await findHome();
  const deadline = performance.now() + (flags.wait ?? 0) * 1_000;
  const { signal } = context;
  let verdicts: Verdict[];
  for (;;) {
    const views = await hubViews(fleet, { timeoutMs: HUB_MS, signal });
    verdicts = fleet.map(host => judge(host, views.get(host.name), version));
    if (verdicts.every(({ ok }) => ok) || performance.now() > deadline) break;
    await sleep(PAUSE_MS, undefined, { signal });
  }
  const wrong = verdicts.filter(({ ok }) => !ok);
  context.exitCode = wrong.length === 0 ? 0 : wrong.every(({ hubSilent }) => hubSilent) ? 3 : 1;
  context.stdout.write(flags.json ? report(verdicts, context) : text(verdicts, context));
}

function judge(
  { name: host, config }: HostSettings,
  view: HubView | undefined,
  version: string,
): Verdict {
  const about = { host, server_id: config.server_id, ok: false, hubSilent: false };
  if (view === undefined || view.kind === 'unknown') {
    return { ...about, says: `the hub knows no server "${config.server_id}"` };
  }
  if (view.kind === 'trouble') {
    return { ...about, hubSilent: !view.answered, says: view.reason };
  }
  const { server, age } = view;
  // Three intervals, as for "beating": one lost beat is not yet news.
  const fresh = age <= 3 * config.heartbeat_interval;
  const seen = Number.isNaN(age) ? 'never seen' : `last beat ${ago(age)} ago`;
  if (!fresh) return { ...about, says: `${server.status}, ${seen}` };
  if (server.agent_version !== version) {
    return {
      ...about,
      says: `Expected version ${version}, found ${server.agent_version}; ${seen}`,
    };
  }
  return { ...about, ok: true, says: `${server.status}, version ${version}, ${seen}` };
}

function text(verdicts: readonly Verdict[], { stdout, env }: Context): string {
  const paint = paintFor(stdout, env);
  const rows = verdicts.map(({ host, ok, says }) => [host, ok ? 'ok' : 'NO', says]);
  const good = verdicts.filter(({ ok }) => ok).length;
  const sum = `The hub receives heartbeats from ${good} of ${verdicts.length}`;
  const all = good === verdicts.length;
  return `${table(['SERVER', 'HEARD', 'THE HUB SAYS'], rows)}\n${paint(all ? 'green' : 'red', sum)}\n`;
}

function report(verdicts: readonly Verdict[], { exitCode }: Context): string {
  const hosts = verdicts.map(({ hubSilent: _, ...verdict }) => verdict);
  return `${JSON.stringify({ command: 'verify', exit_code: exitCode, hosts }, null, 2)}\n`;
}

const HELP = `
Exit code 1 if the hub has no recent heartbeat of a server, 3 if the hub itself does not answer.

Examples:
  $ homelab-deploy verify
  $ homelab-deploy push --all && homelab-deploy verify --wait 60
`;
