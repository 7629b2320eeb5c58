import type { HubCause } from '../../agent/contract/hub-causes.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { type AskHubOptions, askHub, type HubListing, type HubServer } from './ask-hub.ts';
import { authorityOf, keyOf } from './hub-access.ts';
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
      /** Undefined if the hub was not asked because there is no key. */
      readonly cause?: HubCause;
    };

/** The hub's view of each server by name. Each hub is asked once for every key that the inventory has for it. */
export async function hubViews(
  fleet: readonly HostSettings[],
  options: Omit<AskHubOptions, 'ca' | 'keyName'>,
): Promise<Map<string, HubView>> {
  const listings = new Map<string, Promise<HubListing>>();
  const views = fleet.map(async (host): Promise<[string, HubView]> => {
    const { hub_url: url, server_id: id } = host.config;
    const own = keyOf(host);
    if (own === undefined) {
      const reason =
        'Expected homelab_deploy_hub_api_key to ask the hub with, as a token of one server cannot, found nothing';
      return [host.name, { kind: 'trouble', reason, answered: true }];
    }
    const [key, ca] = [own.key.reveal(), authorityOf(host)];
    const asked = JSON.stringify([url, key, ca]);
    const listing = listings.get(asked) ?? askHub(url, key, { ...options, ca, keyName: own.name });
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

/** The hub's timestamps are UTC, with or without a zone. */
export function parseUtc(timestamp: string | null): number {
  if (timestamp === null) return Number.NaN;
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(timestamp) ? timestamp : `${timestamp}Z`);
}
