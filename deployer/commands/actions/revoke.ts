import type { Context } from '../../context.ts';
import { HubAdmin } from '../../hub/hub-admin.ts';
import { HubError } from '../../hub/hub-client.ts';
import { type HubView, hubViews } from '../../hub/hub-view.ts';
import type { HostSettings } from '../../inventory/settings/host-settings.ts';
import { UserError } from '../../lib/errors.ts';
import { blankResult, type HostResult } from '../../run/result.ts';
import { confirmOrRefuse } from '../../ui/confirm.ts';
import { loadFleet } from '../load-fleet.ts';
import type { RevokeFlags } from '../revoke.ts';
import { reportResults } from '../show-results.ts';

const HUB_MS = 10_000;

/** What `homelab-deploy revoke` does. */
export async function runRevoke(
  context: Context,
  patterns: string[],
  flags: RevokeFlags,
): Promise<void> {
  const { signal } = context;
  const fleet = await loadFleet(context, patterns, flags);
  const views = await hubViews(fleet, { timeoutMs: HUB_MS, signal });
  const trouble = [...views.values()].find(view => view.kind === 'trouble');
  if (trouble !== undefined) throw new UserError(`Nothing was touched: ${trouble.reason}`);
  const names = fleet.map(({ name }) => name).join(', ');
  const question = `End the tokens of ${names}, so that the hub refuses their heartbeats?`;
  if (!(await confirmOrRefuse(context, question, flags.yes))) {
    context.exitCode = 130;
    return;
  }
  const results = await Promise.all(
    fleet.map(host => revokeOne(host, views.get(host.name), signal)),
  );
  reportResults(context, 'revoke', results, flags);
}

async function revokeOne(
  host: HostSettings,
  view: HubView | undefined,
  signal: AbortSignal,
): Promise<HostResult> {
  const blank = blankResult(host.name);
  const guid = view?.kind === 'known' ? view.server.guid : null;
  if (!guid) return { ...blank, outcome: 'unchanged', reason: 'The hub knows no such server' };
  try {
    const revoked = await new HubAdmin(host, signal).revoke(guid);
    if (revoked) return { ...blank, outcome: 'changed', reason: 'The token has ended' };
    return { ...blank, outcome: 'unchanged', reason: 'The hub has no token for it' };
  } catch (error) {
    if (error instanceof HubError) return { ...blank, reason: error.message };
    throw error;
  }
}
