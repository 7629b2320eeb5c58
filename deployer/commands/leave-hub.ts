import { createInterface } from 'node:readline/promises';
import type { Context } from '../context.ts';
import { HubAdmin } from '../hub/hub-admin.ts';
import { HubError } from '../hub/hub-client.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { UserError } from '../lib/errors.ts';
import type { HostResult } from '../run/result.ts';
import { isTerminal } from '../ui/confirm.ts';

/**
 * Has the name of each server typed that is to be deleted on the hub, because its history goes with it. False as soon
 * as one is not typed.
 * Throws UserError without a terminal, or without the hub's own key.
 */
export async function confirmDeletion(
  context: Context,
  fleet: readonly HostSettings[],
): Promise<boolean> {
  const { stdin, stderr, signal } = context;
  for (const host of fleet) new HubAdmin(host, signal);
  if (!isTerminal(context)) {
    throw new UserError(
      'Expected a terminal to confirm --from-hub on, by typing the name of each server, found none: run this on one. Nothing was touched',
    );
  }
  const asking = createInterface({ input: stdin, output: stderr, terminal: false });
  try {
    for (const { name, config } of fleet) {
      const what = `${name} (${config.server_id}) is deleted on the hub, with its history`;
      const typed = await asking.question(`${what}. Type its name to confirm: `, { signal });
      if (typed.trim() !== name) return false;
    }
    return true;
  } finally {
    asking.close();
  }
}

/** Deletes servers on the hub from which the agent is gone. */
export async function deleteOnHub(
  fleet: readonly HostSettings[],
  results: readonly HostResult[],
  signal: AbortSignal,
): Promise<HostResult[]> {
  return await Promise.all(
    results.map(async result => {
      const host = leaving(fleet, result);
      if (host === undefined) return result;
      try {
        const deleted = await new HubAdmin(host, signal).deleteServer(host.config.server_id);
        if (!deleted) return withChange(result, 'unknown to the hub');
        return { ...withChange(result, 'deleted on the hub'), outcome: 'changed' as const };
      } catch (error) {
        if (!(error instanceof HubError)) throw error;
        const reason = `The agent is gone, but still on the hub: ${error.message}`;
        return { ...result, outcome: 'failed' as const, reason };
      }
    }),
  );
}

/** With `--check`: what would be deleted on the hub. Throws UserError without the hub's own key. */
export function checkDeletion(
  fleet: readonly HostSettings[],
  results: readonly HostResult[],
  signal: AbortSignal,
): HostResult[] {
  return results.map(result => {
    const host = leaving(fleet, result);
    if (host === undefined) return result;
    new HubAdmin(host, signal);
    const change = `${host.config.server_id} deleted on the hub, with its history, if the hub knows it`;
    return { ...result, outcome: 'changed', changes: [...result.changes, change] };
  });
}

/** The server of a result that is to be deleted on the hub. */
function leaving(
  fleet: readonly HostSettings[],
  { host, outcome }: HostResult,
): HostSettings | undefined {
  const isGone = outcome === 'changed' || outcome === 'unchanged';
  return isGone ? fleet.find(({ name }) => name === host) : undefined;
}

/** Said in the recap, too. */
function withChange(result: HostResult, change: string): HostResult {
  const reason = `${change.charAt(0).toUpperCase()}${change.slice(1)}`;
  return { ...result, reason, changes: [...result.changes, change] };
}

/** What stays on the hub after an uninstallation. */
export function staysOnHub(fleet: readonly HostSettings[], results: readonly HostResult[]): string {
  const gone = fleet.filter(({ name }) =>
    results.some(({ host, outcome }) => host === name && outcome === 'changed'),
  );
  if (gone.length === 0) return '';
  const ids = gone.map(({ config }) => config.server_id).join(', ');
  return `The hub keeps ${ids} with history and alerts, offline from now on: --from-hub deletes a server there\n`;
}
