import * as z from 'zod/mini';

/** Of what the hub tells about a server, what the deployer looks at. */
const HubServer = z.object({
  id: z.string(),
  status: z.string(),
  last_seen: z.nullable(z.string()),
  agent_version: z.nullish(z.string()),
});
export type HubServer = z.infer<typeof HubServer>;

const Listing = z.union([z.object({ servers: z.array(HubServer) }), z.array(HubServer)]);

/** The hub's servers, with the hub's own clock beside them, since its timestamps are its own. */
export interface HubListing {
  readonly servers: readonly HubServer[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The hub did not answer as a hub; `answered` tells a refusal from silence. */
export class HubTrouble extends Error {
  override name = 'HubTrouble';
  readonly answered: boolean;

  constructor(message: string, options: ErrorOptions & { answered: boolean }) {
    super(message, options);
    this.answered = options.answered;
  }
}

/** `GET {hub_url}/api/v1/servers`, which takes the shared key and nothing else. Throws HubTrouble, or the signal's reason. */
export async function askHub(
  hubUrl: string,
  apiKey: string,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<HubListing> {
  const url = `${hubUrl.replace(/\/+$/, '')}/api/v1/servers`;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, { headers: { 'X-API-Key': apiKey }, redirect: 'manual', signal });
    body = await response.text();
  } catch (cause) {
    options.signal.throwIfAborted();
    throw new HubTrouble(`No answer from the hub at ${url}: ${why(cause)}`, {
      cause,
      answered: false,
    });
  }
  if (response.status === 401) {
    throw new HubTrouble(`The hub at ${hubUrl} refuses homelab_agent_api_key`, { answered: true });
  }
  if (!response.ok) {
    const message = `Expected 200 from ${url}, found ${response.status}: is homelab_agent_hub_url right?`;
    throw new HubTrouble(message, { answered: true });
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  return { servers: parse(body, url), now: Number.isNaN(date) ? Date.now() : date };
}

function parse(body: string, url: string): HubServer[] {
  try {
    const listing = Listing.parse(JSON.parse(body));
    return 'servers' in listing ? listing.servers : listing;
  } catch (cause) {
    const message = `Expected a list of servers from ${url}, found something else: is homelab_agent_hub_url right?`;
    throw new HubTrouble(message, { cause, answered: true });
  }
}

/** fetch says "fetch failed" and keeps the reason in its cause. */
function why(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'it took too long';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
