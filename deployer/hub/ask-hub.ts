import * as z from 'zod/mini';
import { parse } from '../../agent/contract/hub-reply.ts';
import { keys } from '../../agent/contract/keys.ts';
import { plainTexts } from '../../agent/contract/plain-text.ts';
import { apiUrl, hubSettings } from './hub-access.ts';
import { HubClient, type HubClientOptions } from './hub-client.ts';

/** Goes into inventories, which Ansible reads as templates: nothing else may pass for one. */
export const Guid = z.string().check(z.regex(keys.server_guid.pattern));

/** Stands in a table beside those of other servers. */
const word = z.string().check(z.maxLength(200));

/** The fields of the hub's answer about a server that the deployer uses. */
const HubServer = z.object({
  id: word,
  hostname: z.nullish(word),
  status: word,
  last_seen: z.nullable(word),
  agent_version: z.nullish(word),
  /** What is none counts as missing. */
  guid: z.catch(z.nullish(Guid), null),
  /** The agent was removed on the hub, which refuses its beats since. */
  is_inactive: z.nullish(z.boolean()),
});
export type HubServer = z.infer<typeof HubServer>;

const Listing = z.union([z.object({ servers: z.array(HubServer) }), z.array(HubServer)]);

/** The hub's servers, with the hub's own clock beside them, since its timestamps are its own. */
export interface HubListing {
  readonly servers: readonly HubServer[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export type AskHubOptions = Pick<HubClientOptions, 'ca' | 'timeoutMs'> & {
  readonly signal: AbortSignal;
  /** The variable that holds the key. */
  readonly keyName: string;
};

/**
 * `GET {hub_url}/api/v1/servers`, which accepts only the shared key.
 * Throws HubError when no listing came, or the signal's reason.
 */
export async function askHub(
  hubUrl: string,
  apiKey: string,
  { signal, keyName, ...options }: AskHubOptions,
): Promise<HubListing> {
  await using client = await HubClient.open({ ...options, settings: hubSettings(keyName) });
  const url = apiUrl(hubUrl, '/servers');
  const reply = await client.request(url, { headers: { 'x-api-key': apiKey }, signal });
  const listing = Listing.safeParse(parse(reply.body, plainTexts));
  if (reply.status !== 200 || !listing.success) throw client.errorOf(url, reply);
  const date = Date.parse(reply.headers.date ?? '');
  return {
    servers: 'servers' in listing.data ? listing.data.servers : listing.data,
    now: Number.isNaN(date) ? Date.now() : date,
  };
}
