import type { HubSettings } from '../contract/hub-errors.ts';
import type { Config } from '../contract/keys.ts';
import type { Clock } from '../lib/clock.ts';
import { failureOf, type Outcome, outcomeOf, settingsFor } from './outcome.ts';
import { type Connect, post } from './post.ts';

/** The request's own time limit. */
const limit = 10_000;

interface HubDependencies {
  readonly config: Pick<Config, 'hub_url' | 'api_key' | 'api_token'>;
  readonly serverGuid: string;
  readonly agentVersion: string;
  readonly clock: Clock;
  readonly connect: Connect;
}

/** The hub of one configuration. */
export class Hub {
  /** Seconds that the hub's clock is ahead of this server's, by the last reply with a date; undefined before one. */
  skew: number | undefined;
  /** Of a reply or an error, what was asked and which settings it concerns. */
  readonly #about: { readonly url: URL; readonly settings: HubSettings };
  readonly #headers: Readonly<Record<string, string>>;
  readonly #dependencies: HubDependencies;

  constructor(dependencies: HubDependencies) {
    const { config, serverGuid, agentVersion } = dependencies;
    this.#dependencies = dependencies;
    this.#about = {
      url: new URL(`${config.hub_url.replace(/\/+$/, '')}/api/v1/agents/heartbeat`),
      settings: settingsFor(config),
    };
    this.#headers = {
      'content-type': 'application/json',
      'user-agent': `homelab-agent/${agentVersion}`,
      ...credentials(config, serverGuid),
    };
  }

  /**
   * Posts one beat, whatever comes of it.
   * Throws the signal's reason, and nothing else.
   */
  async send(beat: string, signal: AbortSignal): Promise<Outcome> {
    const { clock, connect } = this.#dependencies;
    try {
      const reply = await post(this.#about.url, beat, {
        headers: this.#headers,
        clock,
        limit,
        connect,
        signal,
      });
      this.skew = skewOf(reply.headers.date, clock.now()) ?? this.skew;
      return outcomeOf(reply, this.#about);
    } catch (error) {
      signal.throwIfAborted();
      return failureOf(error, this.#about);
    }
  }
}

/** With a token and a GUID the hub ignores a key, so the key is only sent if there is no token. */
function credentials(config: HubDependencies['config'], guid: string): Record<string, string> {
  if (config.api_token !== undefined) {
    return { 'x-agent-token': config.api_token, 'x-server-guid': guid };
  }
  return { 'x-api-key': config.api_key ?? '' };
}

function skewOf(date: string | undefined, now: Date): number | undefined {
  const hub = Date.parse(date ?? '');
  return Number.isNaN(hub) ? undefined : Math.round((hub - now.getTime()) / 1000);
}
