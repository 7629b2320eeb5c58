import type { HubCause } from '../../agent/contract/hub-errors.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { type AskHubOptions, askHub, type HubListing, type HubServer } from './ask-hub.ts';
import { HubError } from './hub-client.ts';

/** What the hub knows of one server, or why it could not be asked. */
export type HubView =
  | {
      readonly kind: 'known';
      readonly server: HubServer /** Seconds; NaN when never seen. */;
      readonly age: number;
    }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'trouble';
      readonly reason: string;
      readonly answered: boolean;
      /** Undefined where the hub was not asked, for want of a key. */
      readonly cause?: HubCause;
    };

/** The hub's view of each server by name. Each hub is asked once for every key that the inventory has for it. */
export async function hubViews(
  fleet: readonly HostSettings[],
  options: AskHubOptions,
): Promise<Map<string, HubView>> {
  const listings = new Map<string, Promise<HubListing>>();
  const views = fleet.map(async (host): Promise<[string, HubView]> => {
    const { hub_url: url, api_key: secret, server_id: id } = host.config;
    const key = secret?.reveal();
    if (key === undefined) {
      const reason = 'Expected homelab_agent_api_key to ask the hub with, found only a token';
      return [host.name, { kind: 'trouble', reason, answered: true }];
    }
    const asked = `${url}\n${key}`;
    const listing = listings.get(asked) ?? askHub(url, key, options);
    listings.set(asked, listing);
    try {
      return [host.name, view(await listing, id)];
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      const { message: reason, answered, kind: cause } = error;
      return [host.name, { kind: 'trouble', reason, answered, cause }];
    }
  });
  return new Map(await Promise.all(views));
}

function view({ servers, now }: HubListing, id: string): HubView {
  const server = servers.find(one => one.id === id);
  if (server === undefined) return { kind: 'unknown' };
  return { kind: 'known', server, age: (now - parseUtc(server.last_seen)) / 1_000 };
}

/** The hub keeps UTC and writes it with or without saying so. */
function parseUtc(timestamp: string | null): number {
  if (timestamp === null) return Number.NaN;
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(timestamp) ? timestamp : `${timestamp}Z`);
}
