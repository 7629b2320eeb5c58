import { setTimeout as sleep } from 'node:timers/promises';
import { findHome } from '../../build/home.ts';
import type { Context } from '../../context.ts';
import { checkHubs } from '../../hub/check-hubs.ts';
import { type HubView, hubViews } from '../../hub/hub-view.ts';
import { paintFor, table } from '../../ui/text.ts';
import { loadFleet } from '../load-fleet.ts';
import { judge, type Verdict } from '../verify/judge.ts';
import type { VerifyFlags } from '../verify.ts';

const HUB_MS = 10_000;

const PAUSE_MS = 1_000;

/** What `homelab-deploy verify` does. */
export async function runVerify(
  context: Context,
  patterns: string[],
  flags: VerifyFlags,
): Promise<void> {
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
