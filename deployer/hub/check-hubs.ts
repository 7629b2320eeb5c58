import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { type AgentCredential, checkHub, type HubCheck } from './check-hub.ts';
import { authorityOf, hubSettings } from './hub-access.ts';
import type { HubClientOptions } from './hub-client.ts';

/** A hub's answer, and the servers that it concerns. */
export interface CheckedHub {
  readonly hubUrl: string;
  readonly hosts: readonly string[];
  readonly check: HubCheck;
}

interface CheckOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Whether a hub on loopback is the one of this machine. */
  readonly askLoopback?: boolean;
}

/**
 * Asks each hub once for every credential with which servers will send heartbeats to it. Not asked: a hub on loopback,
 * which is another one on every server, and a token whose GUID only the server knows.
 */
export async function checkHubs(
  fleet: readonly HostSettings[],
  { askLoopback = false, ...options }: CheckOptions,
): Promise<CheckedHub[]> {
  const questions = new Map<string, Question>();
  for (const host of fleet) {
    const credential = credentialOf(host);
    if (credential === undefined || (isLoopback(host.config.hub_url) && !askLoopback)) continue;
    const { hub_url: hubUrl } = host.config;
    const ca = authorityOf(host);
    const key = JSON.stringify([hubUrl, credential, ca]);
    const question = questions.get(key) ?? { hubUrl, credential, ca, hosts: [] };
    question.hosts.push(host.name);
    questions.set(key, question);
  }
  return await Promise.all(
    [...questions.values()].map(async ({ hubUrl, credential, ca, hosts }) => {
      const settings = hubSettings(nameOf(credential));
      const check = await checkHub(hubUrl, credential, { ...options, ca, settings });
      return { hubUrl, hosts, check: 'token' in credential ? withEnroll(check, hosts) : check };
    }),
  );
}

interface Question {
  readonly hubUrl: string;
  readonly credential: AgentCredential;
  readonly ca: HubClientOptions['ca'];
  readonly hosts: string[];
}

/** The hub shows a token once, so that only a new one helps. */
function withEnroll(check: HubCheck, hosts: readonly string[]): HubCheck {
  if (check.kind !== 'refuses' || check.cause !== 'unauthorized') return check;
  const next = `"homelab-deploy enroll ${hosts.join(' ')}" gets a new one`;
  return { ...check, reason: `${check.reason}, or ${next}` };
}

function nameOf(credential: AgentCredential): string {
  if ('key' in credential) return 'homelab_agent_api_key';
  return 'the pair homelab_agent_api_token and homelab_agent_server_guid';
}

/** As the agent chooses: with a token the key is not sent. */
function credentialOf({ config }: HostSettings): AgentCredential | undefined {
  const { api_key, api_token, server_guid: guid } = config;
  if (api_token !== undefined) {
    return guid === undefined ? undefined : { token: api_token.reveal(), guid };
  }
  return api_key === undefined ? undefined : { key: api_key.reveal() };
}

function isLoopback(hubUrl: string): boolean {
  const { hostname } = new URL(hubUrl);
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
