import * as z from 'zod/mini';
import type { HubCause } from '../../agent/contract/hub-causes.ts';
import type { HubSettings } from '../../agent/contract/hub-errors.ts';
import { field, parse, placesIn } from '../../agent/contract/hub-reply.ts';
import { apiUrl } from './hub-access.ts';
import { HubClient, type HubClientOptions, HubError } from './hub-client.ts';

/** What a server authenticates its heartbeats with. */
export type AgentCredential =
  | { readonly key: string }
  | { readonly token: string; readonly guid: string };

/** What the hub says to a credential, before any server has it. */
export type HubCheck =
  | { readonly kind: 'accepts' }
  /** A positively identified hub would accept no heartbeat: it rejects the credential, or is at another address. */
  | { readonly kind: 'refuses'; readonly reason: string; readonly cause: HubCause }
  /** From here nothing is certain; the servers may reach what this machine cannot. */
  | { readonly kind: 'unsure'; readonly reason: string; readonly cause: HubCause };

export type CheckHubOptions = Pick<HubClientOptions, 'ca' | 'timeoutMs'> & {
  readonly settings: HubSettings;
  readonly signal: AbortSignal;
};

/** Whether the hub at this URL would accept heartbeats with this credential. Registers nothing there. */
export async function checkHub(
  hubUrl: string,
  credential: AgentCredential,
  { signal, ...options }: CheckHubOptions,
): Promise<HubCheck> {
  await using client = await HubClient.open(options);
  const url = apiUrl(hubUrl, '/agents/heartbeat');
  let error: HubError;
  try {
    // The hub looks at the credential first, and then rejects the empty beat.
    const headers = headersOf(credential);
    const reply = await client.request(url, { method: 'POST', headers, body: {}, signal });
    if (reply.status === 422 && placesIn(reply) !== undefined) return { kind: 'accepts' };
    error = client.errorOf(url, reply);
    if (
      reply.status === 401 &&
      field(field(parse(reply.body), 'detail'), 'code') === 'UNAUTHORIZED'
    ) {
      return { kind: 'refuses', reason: error.message, cause: error.kind };
    }
  } catch (caught) {
    if (!(caught instanceof HubError)) throw caught;
    error = caught;
  }
  const unsure = { kind: 'unsure', reason: error.message, cause: error.kind } as const;
  if (!elsewhere.has(error.kind)) return unsure;
  const found = await findHub(hubUrl, { ...options, signal });
  if (found === undefined) return unsure;
  const next = `the hub answers at ${found}, set ${options.settings.hubUrl} to that`;
  return { kind: 'refuses', reason: `${error.message}; ${next}`, cause: error.kind };
}

function headersOf(credential: AgentCredential): Record<string, string> {
  return 'key' in credential
    ? { 'x-api-key': credential.key }
    : { 'x-agent-token': credential.token, 'x-server-guid': credential.guid };
}

/** What comes of a wrong scheme, port or path. Silence does not: it may be a firewall between here and the hub. */
const elsewhere: ReadonlySet<HubCause> = new Set<HubCause>([
  'refused-connection',
  'connection-lost',
  'tls-failed',
  'not-tls',
  'needs-tls',
  'not-http',
  'redirected',
  'not-the-hub',
  'unexpected-status',
]);

/** The address of a hub on the machine that `hubUrl` names, at another scheme, port or path. */
async function findHub(hubUrl: string, options: CheckHubOptions): Promise<string | undefined> {
  const { protocol, host, hostname, origin } = new URL(hubUrl);
  const other = `${protocol === 'https:' ? 'http' : 'https'}://${host}`;
  const candidates = new Set([origin, other, `http://${hostname}:8080`, `https://${hostname}`]);
  candidates.delete(hubUrl.replace(/\/+$/, '').toLowerCase());
  const answers = await Promise.all([...candidates].map(url => isHub(url, options)));
  return [...candidates].find((_, at) => answers[at]);
}

const Health = z.object({ status: z.string(), database: z.string(), uptime_seconds: z.number() });

/** Asks without a credential, so that no certificate has to be verified for the question. */
async function isHub(
  origin: string,
  { signal, settings, timeoutMs }: CheckHubOptions,
): Promise<boolean> {
  await using client = await HubClient.open({ settings, timeoutMs, unverified: true });
  try {
    const url = new URL('/api/v1/system/health', origin);
    const reply = await client.request(url, { headers: {}, signal });
    return reply.status === 200 && Health.safeParse(parse(reply.body)).success;
  } catch (error) {
    if (error instanceof HubError) return false;
    throw error;
  }
}
