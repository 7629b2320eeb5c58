import { checkHubs } from '../../hub/check-hubs.ts';
import { HubAdmin } from '../../hub/hub-admin.ts';
import { type HubView, hubViews } from '../../hub/hub-view.ts';
import type { HostSettings } from '../../inventory/settings/host-settings.ts';
import { UserError } from '../../lib/errors.ts';

/** What an enrolment does with one server, in words to show. */
export interface Intent {
  readonly host: HostSettings;
  readonly kind: 'claim' | 'rotate' | 'keep' | 'refuse';
  /** The GUID by which the hub knows it; null where it does not. */
  readonly guid: string | null;
  readonly text: string;
}

interface PlanOptions {
  /** A new token also for servers whose token the hub accepts. */
  readonly rotate: boolean;
  readonly signal: AbortSignal;
}

const HUB_MS = 10_000;

/**
 * Asks the hub what each server needs. Changes nothing.
 * Throws UserError when the hub cannot be asked: nothing was touched.
 */
export async function planEnrolment(
  fleet: readonly HostSettings[],
  { rotate, signal }: PlanOptions,
): Promise<Intent[]> {
  const asking = { timeoutMs: HUB_MS, signal };
  const [views, checked] = await Promise.all([
    hubViews(fleet, asking),
    checkHubs(fleet, { ...asking, askLoopback: true }),
  ]);
  const intents = fleet.map(async (host): Promise<Intent> => {
    const view = views.get(host.name);
    if (view?.kind === 'trouble') throw new UserError(`Nothing was touched: ${view.reason}`);
    const check = checked.find(({ hosts }) => hosts.includes(host.name))?.check;
    const accepted = host.config.api_token !== undefined && check?.kind === 'accepts';
    return await intentOf(host, view, { rotate, accepted, signal });
  });
  return refuseTwins(await Promise.all(intents));
}

async function intentOf(
  host: HostSettings,
  view: HubView | undefined,
  { rotate, accepted, signal }: PlanOptions & { readonly accepted: boolean },
): Promise<Intent> {
  const own = host.config.server_guid;
  const guid = view?.kind === 'known' ? (view.server.guid ?? null) : null;
  const other =
    own === undefined || guid === null || own.toLowerCase() === guid.toLowerCase()
      ? ''
      : `; its GUID in the inventory becomes ${guid}, which the hub has (before: ${own})`;
  if (view?.kind === 'known' && view.server.is_inactive) {
    const text = 'refused: its agent was removed on the hub, activate it there first';
    return { host, guid, kind: 'refuse', text };
  }
  if (accepted && !rotate && other === '') {
    return { host, guid, kind: 'keep', text: 'has one that the hub accepts' };
  }
  if (guid !== null && (await new HubAdmin(host, signal).hasToken(guid))) {
    return { host, guid, kind: 'rotate', text: `a new one, the old one ends at once${other}` };
  }
  const text =
    view?.kind === 'known'
      ? `a new one, as the hub has none for it${other}`
      : 'a new one and a new GUID, as the hub does not know this server';
  return { host, guid, kind: 'claim', text };
}

/** A GUID that two servers have is no identity. */
function refuseTwins(intents: readonly Intent[]): Intent[] {
  return intents.map(intent => {
    const twin = intents.find(
      ({ host, guid }) => guid !== null && guid === intent.guid && host !== intent.host,
    );
    if (twin === undefined) return intent;
    const text = `refused: the hub gives it the GUID of ${twin.host.name}`;
    return { ...intent, kind: 'refuse', text };
  });
}
