import { keys } from '../../agent/contract/keys.ts';
import type { Context } from '../context.ts';
import { hubViews } from '../hub/hub-view.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import type { HostResult } from '../run/result.ts';

const HUB_MS = 5_000;

/** Adds to each 409 the GUID that the hub knows for that server, which only the deployer can ask for. */
export async function explainConflicts(
  { signal }: Pick<Context, 'signal'>,
  fleet: readonly HostSettings[],
  results: readonly HostResult[],
): Promise<HostResult[]> {
  const conflicts = new Set(
    results.flatMap(({ host, beat }) => (beat?.cause === 'conflict' ? [host] : [])),
  );
  if (conflicts.size === 0 || signal.aborted) return [...results];
  const asked = fleet.filter(({ name }) => conflicts.has(name));
  const views = await hubViews(asked, { timeoutMs: HUB_MS, signal });
  return results.map(result => {
    const view = conflicts.has(result.host) ? views.get(result.host) : undefined;
    const guid = view?.kind === 'known' ? view.server.guid : null;
    // What a hub answers is data: a line for an inventory is only made of a GUID.
    if (!guid || !keys.server_guid.pattern.test(guid)) return result;
    const next = `The hub knows it by this GUID: set homelab_agent_server_guid: ${guid}`;
    return { ...result, reason: `${result.reason}\n${next}` };
  });
}
