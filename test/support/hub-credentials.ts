import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { HubRegistry } from './hub-registry.ts';

interface Credential {
  server_guid: string;
  token: string;
  last_used_at: string | null;
  created_at: string;
  revoked: boolean;
}

interface RegistrationToken {
  token: string;
  mode: string;
  monitored_services: string[] | null;
  expires: number;
  claimed: boolean;
}

/** A claim's answer, or the text of its 400. */
type Claim =
  | { server_id: string; server_guid: string; api_token: string; config_yaml: string }
  | { refused: string };

/** The tokens that the hub issues: one to register with, used once, and one for each server's beats. */
export class HubCredentials {
  readonly #registry: HubRegistry;
  readonly #hubUrl: () => string;
  readonly #registrations = new Map<string, RegistrationToken>();
  readonly #credentials: Credential[] = [];

  constructor(registry: HubRegistry, hubUrl: () => string, tokens: Record<string, string> = {}) {
    this.#registry = registry;
    this.#hubUrl = hubUrl;
    for (const [guid, token] of Object.entries(tokens)) this.#issue(guid, token);
  }

  register(options: Record<string, unknown>, now: number) {
    const token = `hlh_rt_${randomBytes(32).toString('hex')}`;
    const services = options['monitored_services'];
    const expires = now + Number(options['expiry_minutes'] ?? 15) * 60_000;
    this.#registrations.set(token, {
      token,
      mode: String(options['mode'] ?? 'readonly'),
      monitored_services: Array.isArray(services) ? services : null,
      expires,
      claimed: false,
    });
    return {
      token,
      token_prefix: token.slice(0, 16),
      expires_at: new Date(expires).toISOString(),
      install_command: `curl -sSL ${this.#hubUrl()}/api/v1/agents/register/install.sh | sudo bash -s -- --token ${token}`,
    };
  }

  claim(token: string, serverId: string, hostname: string, now: number): Claim {
    const registration = this.#registrations.get(token);
    if (registration === undefined) return { refused: 'Invalid token' };
    if (registration.claimed) return { refused: 'Token has already been claimed' };
    if (registration.expires <= now) return { refused: 'Token has expired' };
    const known = this.#registry.get(serverId);
    if (known?.guid && this.active(known.guid) !== undefined) {
      return {
        refused: 'Server already registered. Use token rotation to update credentials.',
      };
    }
    const server = known ?? this.#registry.create(serverId, hostname, null);
    server.guid ??= randomUUID();
    registration.claimed = true;
    const { token: api_token } = this.#issue(server.guid);
    const services = registration.monitored_services ?? [];
    const config_yaml = [
      `hub_url: "${this.#hubUrl()}"`,
      `server_id: "${serverId}"`,
      `server_guid: "${server.guid}"`,
      `api_token: "${api_token}"`,
      `mode: ${registration.mode}`,
      ...(services.length > 0
        ? ['monitored_services:', ...services.map(name => `  - ${name}`)]
        : []),
      '',
    ].join('\n');
    return { server_id: serverId, server_guid: server.guid, api_token, config_yaml };
  }

  /** The credential with which a server's beats are accepted now. */
  active(guid: string): Credential | undefined {
    return this.#credentials.find(one => one.server_guid === guid && !one.revoked);
  }

  /**
   * Why a beat is refused; undefined if it is not. Token and GUID together are the only way tried when both are there; the token
   * alone is ignored.
   */
  refusalOf(headers: IncomingHttpHeaders, apiKey: string, now: number): string | undefined {
    const { 'x-agent-token': token, 'x-server-guid': guid } = headers;
    if (typeof token !== 'string' || typeof guid !== 'string') {
      return headers['x-api-key'] === apiKey ? undefined : 'Invalid or missing authentication';
    }
    return this.accepts(guid, token, now) ? undefined : 'Invalid agent token or server GUID';
  }

  accepts(guid: string, token: string, now: number): boolean {
    const credential = this.active(guid);
    if (credential?.token !== token) return false;
    credential.last_used_at = new Date(now).toISOString();
    return true;
  }

  /** The old token is refused from this moment; undefined where there is none. */
  rotate(guid: string): string | undefined {
    const old = this.active(guid);
    if (old === undefined) return undefined;
    old.revoked = true;
    return this.#issue(guid).token;
  }

  revoke(guid: string): boolean {
    const old = this.active(guid);
    if (old === undefined) return false;
    old.revoked = true;
    return true;
  }

  clear(): void {
    this.#credentials.length = 0;
    this.#registrations.clear();
  }

  #issue(guid: string, token = `hlh_ag_${guid.slice(0, 8)}_${randomBytes(32).toString('hex')}`) {
    const created_at = new Date().toISOString();
    const credential = { server_guid: guid, token, last_used_at: null, created_at, revoked: false };
    this.#credentials.push(credential);
    return credential;
  }
}

/** A credential as the hub shows it, without the token. */
export function shownCredential({ token, revoked, ...rest }: Credential) {
  return { ...rest, api_token_prefix: token.slice(0, 20), is_legacy: false, is_revoked: revoked };
}
