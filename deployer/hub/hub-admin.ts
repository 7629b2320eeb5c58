import * as z from 'zod/mini';
import { field, type HubReply, parse } from '../../agent/contract/hub-reply.ts';
import { quoted } from '../../agent/contract/plain-text.ts';
import { Secret } from '../inventory/secret.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { UserError } from '../lib/errors.ts';
import { Guid } from './ask-hub.ts';
import { apiUrl, authorityOf, hubSettings, keyOf } from './hub-access.ts';
import { HubClient, type HubClientOptions } from './hub-client.ts';

/** What one server authenticates its heartbeats with, as the hub issued it. */
export interface IssuedToken {
  readonly guid: string;
  readonly token: Secret;
}

// What a hub answers goes into an inventory: nothing but a token and a GUID may be in it.
const Token = z.string().check(z.regex(/^hlh_ag_[A-Za-z0-9_-]{20,200}$/));
const Claimed = z.object({ server_id: z.string(), server_guid: Guid, api_token: Token });
const Rotated = z.object({ api_token: Token });
const Registration = z.object({
  token: z.string().check(z.regex(/^hlh_rt_[A-Za-z0-9_-]{20,200}$/)),
});

const HUB_MS = 15_000;

/** Changes on the hub, with its own key. The key goes to the hub alone. */
export class HubAdmin {
  readonly #hubUrl: string;
  readonly #key: Secret;
  readonly #ca: HubClientOptions['ca'];
  readonly #signal: AbortSignal;
  readonly #keyName: string;

  /** Throws UserError when the inventory has no key for this host's hub. */
  constructor(host: Pick<HostSettings, 'config' | 'hub'>, signal: AbortSignal) {
    const own = keyOf(host);
    if (own === undefined) {
      throw new UserError(
        "Expected homelab_deploy_hub_api_key, the hub's own key, found nothing: set it in the inventory, vaulted",
      );
    }
    this.#key = own.key;
    this.#keyName = own.name;
    this.#hubUrl = host.config.hub_url;
    this.#ca = authorityOf(host);
    this.#signal = signal;
  }

  /**
   * The first token of a server. The hub keeps the GUID of one that it knows, and makes one for another.
   * Throws UserError or HubError with what the hub says instead.
   */
  async claim({ config }: Pick<HostSettings, 'config'>, hostname: string): Promise<IssuedToken> {
    const { server_id, mode, monitored_services } = config;
    const wanted = { mode, monitored_services, expiry_minutes: 5 };
    const { token } = await this.#post('/agents/register/tokens', Registration, wanted);
    const claimed = await this.#post('/agents/register/claim', Claimed, {
      token,
      server_id,
      hostname,
    });
    if (claimed.server_id !== server_id) {
      throw new UserError(
        `Expected a token for ${server_id} from the hub, found one for another server`,
      );
    }
    return { guid: claimed.server_guid, token: new Secret(claimed.api_token) };
  }

  /** Another token in place of the one that the hub has; that one ends at once. */
  async rotate(guid: string): Promise<IssuedToken> {
    const path = `/agents/register/credentials/${encodeURIComponent(guid)}/rotate`;
    const { api_token } = await this.#post(path, Rotated);
    return { guid, token: new Secret(api_token) };
  }

  /** False where the hub has no token to revoke. */
  async revoke(guid: string): Promise<boolean> {
    const path = `/agents/register/credentials/${encodeURIComponent(guid)}/revoke`;
    return await this.#done('POST', path);
  }

  /** Whether the hub has a token for this GUID. */
  async hasToken(guid: string): Promise<boolean> {
    return await this.#done('GET', `/agents/register/credentials/${encodeURIComponent(guid)}`);
  }

  /** Makes the hub forget a server with its history; false where it does not know it. */
  async deleteServer(serverId: string): Promise<boolean> {
    return await this.#done('DELETE', `/servers/${encodeURIComponent(serverId)}`);
  }

  async #done(method: 'GET' | 'POST' | 'DELETE', path: string): Promise<boolean> {
    const { reply, error } = await this.#request(method, path);
    if (reply.status === 404 && field(parse(reply.body), 'detail') !== undefined) return false;
    if (reply.status === 200 || reply.status === 204) return true;
    throw error();
  }

  async #post<T>(path: string, answer: z.ZodMiniType<T>, body: unknown = {}): Promise<T> {
    const { reply, error } = await this.#request('POST', path, body);
    const said = field(parse(reply.body), 'detail');
    if (reply.status === 400 && typeof said === 'string') {
      throw new UserError(`The hub refuses: ${quoted(said)}`);
    }
    const parsed = answer.safeParse(parse(reply.body));
    if (reply.status === 200 && parsed.success) return parsed.data;
    throw error();
  }

  async #request(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ reply: HubReply; error: () => Error }> {
    const settings = hubSettings(this.#keyName);
    await using client = await HubClient.open({ ca: this.#ca, settings, timeoutMs: HUB_MS });
    const url = apiUrl(this.#hubUrl, path);
    const headers = { 'x-api-key': this.#key.reveal() };
    const reply = await client.request(url, { method, headers, body, signal: this.#signal });
    return { reply, error: () => client.errorOf(url, reply) };
  }
}
