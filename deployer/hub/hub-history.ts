import * as z from 'zod/mini';
import { parse } from '../../agent/contract/hub-reply.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { apiUrl, authorityOf, hubSettings, keyOf } from './hub-access.ts';
import { HubClient, HubError } from './hub-client.ts';
import { parseUtc } from './hub-view.ts';

const percent = z.nullish(z.number().check(z.gte(0), z.lte(100)));
const Points = z.object({
  data_points: z.array(
    z.object({
      timestamp: z.string(),
      cpu_percent: percent,
      memory_percent: percent,
      disk_percent: percent,
    }),
  ),
});

/** One heartbeat's figures as the hub keeps them; milliseconds since 1970. */
export interface HistoryPoint {
  readonly at: number;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly disk: number | null;
}

/** The figures of the last 24 hours, or why the hub did not give them. */
export type History = { readonly points: readonly HistoryPoint[] } | { readonly reason: string };

/** `GET /servers/{id}/metrics?range=24h` of each server by name, which only the shared key may read. */
export async function hubHistories(
  fleet: readonly HostSettings[],
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Map<string, History>> {
  const asked = fleet.map(async (host): Promise<[string, History]> => {
    try {
      return [host.name, await historyOf(host, options)];
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return [host.name, { reason: error.message }];
    }
  });
  return new Map(await Promise.all(asked));
}

async function historyOf(
  host: HostSettings,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<History> {
  const own = keyOf(host);
  if (own === undefined) return { reason: 'Expected homelab_deploy_hub_api_key, found nothing' };
  const settings = hubSettings(own.name);
  await using client = await HubClient.open({ settings, timeoutMs, ca: authorityOf(host) });
  const { hub_url: hubUrl, server_id: id } = host.config;
  const url = apiUrl(hubUrl, `/servers/${encodeURIComponent(id)}/metrics?range=24h`);
  const reply = await client.request(url, { headers: { 'x-api-key': own.key.reveal() }, signal });
  if (reply.status === 404) return { reason: `The hub knows no server "${id}"` };
  const points = Points.safeParse(parse(reply.body));
  if (reply.status !== 200 || !points.success) throw client.errorOf(url, reply);
  return {
    points: points.data.data_points.map(point => ({
      at: parseUtc(point.timestamp),
      cpu: point.cpu_percent ?? null,
      memory: point.memory_percent ?? null,
      disk: point.disk_percent ?? null,
    })),
  };
}
