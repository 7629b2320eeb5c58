import type { Reply } from './post.ts';

/** What became of one POST. */
export type Outcome =
  | {
      readonly kind: 'delivered';
      readonly registered: boolean;
      /** What the hub refused of the beat, which it then took without it. */
      readonly mended?: string;
    }
  /** 401, 403, 409: another try now would hear the same. `words` says what to mend. */
  | { readonly kind: 'refused'; readonly cause: string; readonly words: string }
  /** 422: `places` are the paths of what the hub does not like, without the leading `body`. */
  | { readonly kind: 'invalid'; readonly places: Place[]; readonly words: string }
  /** No hub, or a sick one, or something that is not the hub. `answered` where anything answered at all. */
  | {
      readonly kind: 'failed';
      readonly answered: boolean;
      readonly cause: string;
      readonly words: string;
    };

export type Place = readonly (string | number)[];

/** Which credential the beat carried, for the words of a 401. */
export type Credential = 'api_key' | 'api_token';

/** Reads the hub's reply, or whatever a proxy put in its place. */
export function outcomeOf(reply: Reply, credential: Credential): Outcome {
  const body = parse(reply.body);
  const { status } = reply;
  if (status === 200 && field(body, 'status') === 'ok') {
    return { kind: 'delivered', registered: field(body, 'server_registered') === true };
  }
  const detail = field(body, 'detail');
  const said = quote(field(detail, 'message') ?? detail);
  if (status === 401) {
    const mend =
      credential === 'api_key'
        ? "Mend api_key in the agent's configuration: it is not the hub's key"
        : "Mend api_token or server_guid in the agent's configuration: the hub does not know the pair";
    return { kind: 'refused', cause: '401', words: `401 Unauthorized${said}. ${mend}` };
  }
  if (status === 403) {
    const words = `403 Forbidden${said}. The server was removed on the hub: add it there again, or uninstall the agent`;
    return { kind: 'refused', cause: '403', words };
  }
  if (status === 409) {
    const words = `409 Conflict${said}. Another server_guid is registered for this server_id: set server_guid to that one, or remove the server on the hub`;
    return { kind: 'refused', cause: '409', words };
  }
  if (status === 422 && Array.isArray(detail)) {
    const places = detail.flatMap(placeOf);
    return { kind: 'invalid', places, words: `422 Unprocessable: ${inWords(detail)}` };
  }
  return { kind: 'failed', answered: true, cause: `${status}`, words: strange(reply, said) };
}

function strange(reply: Reply, said: string): string {
  const { status, headers } = reply;
  if (status >= 300 && status < 400) {
    return `${status}: sent on to ${quoted(headers.location ?? 'nowhere')}, where the key does not go. Set hub_url to the hub's own address`;
  }
  const type = headers['content-type']?.split(';')[0] ?? 'no type';
  if (status === 200) {
    return `200 with ${type}, which is not the hub's reply. Is hub_url the hub's own address, with port 8080?`;
  }
  const next = status === 404 ? ". Is hub_url the hub's own address, with port 8080?" : '';
  return `${status} with ${type}${said}${next}`;
}

function placeOf(problem: unknown): Place[] {
  const loc = field(problem, 'loc');
  if (!Array.isArray(loc)) return [];
  const place = loc.filter(step => typeof step === 'string' || Number.isInteger(step));
  return [place[0] === 'body' ? place.slice(1) : place];
}

function inWords(detail: readonly unknown[]): string {
  const words = detail.slice(0, 5).map(problem => {
    const place = placeOf(problem)[0]?.join('.') ?? 'somewhere';
    return `${place}${quote(field(problem, 'msg'))}`;
  });
  return `${words.join(', ')}${detail.length > 5 ? ` and ${detail.length - 5} more` : ''}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function quote(value: unknown): string {
  return typeof value === 'string' && value !== '' ? `: ${quoted(value)}` : '';
}

function quoted(value: string): string {
  return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value);
}
