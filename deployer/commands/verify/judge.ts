import { spanText } from '../../../agent/contract/amounts.ts';
import type { HubCheck } from '../../hub/check-hub.ts';
import type { HubView } from '../../hub/hub-view.ts';
import type { HostSettings } from '../../inventory/settings/host-settings.ts';

/** Whether the hub accepts a server's heartbeats, and what it says. */
export interface Verdict {
  readonly host: string;
  readonly server_id: string;
  readonly ok: boolean;
  /** Nothing is known to be wrong with the server: the hub itself did not answer. */
  readonly hubSilent: boolean;
  readonly says: string;
}

export interface Wanted {
  readonly version: string;
  /** What the hub says to the server's credential, where it was asked. */
  readonly refusal: HubCheck | undefined;
  /** The last heartbeat before the wait began, which does not count; null where nothing is waited for. */
  readonly since: string | null;
}

/** A row of the hub says little of what it refused since: that stands beside it. */
export function judge(
  { name: host, config }: Pick<HostSettings, 'name' | 'config'>,
  view: HubView | undefined,
  { version, refusal, since }: Wanted,
): Verdict {
  const { server_id, server_guid, heartbeat_interval } = config;
  const wrong = { host, server_id, ok: false, hubSilent: false };
  if (view?.kind === 'trouble') {
    return { ...wrong, hubSilent: !view.answered, says: view.reason };
  }
  const refused = refusal?.kind === 'refuses' ? refusal.reason : null;
  if (view === undefined || view.kind === 'unknown') {
    const unknown = `the hub knows no server "${server_id}"`;
    return { ...wrong, says: refused === null ? unknown : `${unknown}; ${refused}` };
  }
  const { server, age } = view;
  const last = Number.isNaN(age) ? 'never seen' : `last beat ${spanText(age)} ago`;
  if (server.is_inactive) {
    const next = 'activate it on the hub, or uninstall the agent';
    return { ...wrong, says: `inactive, ${last}: its agent was removed on the hub: ${next}` };
  }
  if (refused !== null) return { ...wrong, says: `${last}; ${refused}` };
  if (server_guid !== undefined && server.guid && !sameText(server.guid, server_guid)) {
    const says = `${last}; 409: the hub knows it by the GUID ${server.guid}, the inventory has another`;
    return { ...wrong, says };
  }
  // Three intervals, as for "beating": one lost beat is not yet news.
  if (!(age <= 3 * heartbeat_interval)) return { ...wrong, says: `${server.status}, ${last}` };
  if (server.agent_version !== version) {
    const says = `Expected version ${version}, found ${server.agent_version}; ${last}`;
    return { ...wrong, says };
  }
  if (since !== null && server.last_seen === since) {
    return { ...wrong, says: `no new beat since the wait began, ${last}` };
  }
  return { ...wrong, ok: true, says: `${server.status}, version ${version}, ${last}` };
}

function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
