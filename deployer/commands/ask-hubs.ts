import type { Context } from '../context.ts';
import { checkHubs } from '../hub/check-hubs.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { UserError } from '../lib/errors.ts';

const HUB_MS = 5_000;

/**
 * Asks the hub before anything is written: the servers that it would refuse, with the reason. What is not certain from
 * here is a warning, as the servers may reach what this machine cannot.
 * Throws UserError when that is all of them.
 */
export async function askHubs(
  context: Pick<Context, 'stderr' | 'signal'>,
  fleet: readonly HostSettings[],
): Promise<Map<string, string>> {
  const { stderr, signal } = context;
  const checked = await checkHubs(fleet, { timeoutMs: HUB_MS, signal });
  const refusals = new Map<string, string>();
  const lines: string[] = [];
  for (const { hubUrl, hosts, check } of checked) {
    if (check.kind === 'unsure') {
      const words = `Warning: From here it is not certain that the hub at ${hubUrl} accepts heartbeats`;
      stderr.write(`${words}: ${check.reason}\n`);
    } else if (check.kind === 'refuses') {
      for (const host of hosts) refusals.set(host, `Nothing was touched: ${check.reason}`);
      lines.push(`  ${hosts.join(', ')}: ${check.reason}`);
    }
  }
  if (fleet.length > 0 && fleet.every(({ name }) => refusals.has(name))) {
    const all = 'No heartbeat would be accepted, nothing was touched (--no-hub does not ask)';
    throw new UserError([`${all}:`, ...lines].join('\n'));
  }
  return refusals;
}
