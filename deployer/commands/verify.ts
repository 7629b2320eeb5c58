import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { findHome } from '../build/home.ts';
import type { Context } from '../context.ts';
import { checkHubs } from '../hub/check-hubs.ts';
import { type HubView, hubViews } from '../hub/hub-view.ts';
import { paintFor, table } from '../ui/text.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { loadFleet } from './load-fleet.ts';
import { positiveInteger } from './option-values.ts';
import { judge, type Verdict } from './verify/judge.ts';

interface VerifyFlags extends FleetOptions {
  readonly wait?: number;
  readonly json?: boolean;
}

const HUB_MS = 10_000;
const PAUSE_MS = 1_000;

/** `homelab-deploy verify`: does the hub see each server? */
export function addVerify(program: Command, context: Context): void {
  const command = program
    .command('verify')
    .summary('ask the hub whether it receives heartbeats from every server')
    .description(
      'Ask the hub over HTTP whether it accepts heartbeats of the right version from every server, and has a recent one by its own clock. Needs no SSH.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)')
    .option(
      '--wait <s>',
      'wait up to so many seconds for a new heartbeat of every server',
      positiveInteger,
    );
  addJsonOption(addFleetOptions(command))
    .addHelpText('after', HELP)
    .action((hosts: string[], flags: VerifyFlags) => runVerify(context, hosts, flags));
}

async function runVerify(context: Context, patterns: string[], flags: VerifyFlags): Promise<void> {
  const fleet = await loadFleet(context, patterns, { ...flags, all: patterns.length === 0 });
  const { version } = await findHome();
  const { signal } = context;
  const options = { timeoutMs: HUB_MS, signal };
  const deadline = performance.now() + (flags.wait ?? 0) * 1_000;
  const [before, checked] = await Promise.all([
    hubViews(fleet, options),
    checkHubs(fleet, options),
  ]);
  const judgeAll = (views: ReadonlyMap<string, HubView>): Verdict[] =>
    fleet.map(host => {
      const { name } = host;
      const refusal = checked.find(({ hosts }) => hosts.includes(name))?.check;
      const since = flags.wait === undefined ? null : seen(before.get(name));
      return judge(host, views.get(name), { version, refusal, since });
    });
  let verdicts = judgeAll(before);
  while (!verdicts.every(({ ok }) => ok) && performance.now() < deadline) {
    await sleep(PAUSE_MS, undefined, { signal });
    verdicts = judgeAll(await hubViews(fleet, options));
  }
  const wrong = verdicts.filter(({ ok }) => !ok);
  context.exitCode = wrong.length === 0 ? 0 : wrong.every(({ hubSilent }) => hubSilent) ? 3 : 1;
  context.stdout.write(flags.json ? report(verdicts, context) : text(verdicts, context));
}

/** When the hub last accepted a beat, as it writes it; empty where it never did. */
function seen(view: HubView | undefined): string {
  return view?.kind === 'known' ? (view.server.last_seen ?? '') : '';
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
  $ homelab-deploy push --all && homelab-deploy verify --wait 90
`;
