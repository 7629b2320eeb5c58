import type { HubCause } from './hub-causes.ts';
import { plain, quoted } from './plain-text.ts';

/** A reply, from the hub or from something else. */
export interface HubReply {
  readonly status: number;
  readonly headers: {
    readonly date?: string | undefined;
    readonly location?: string | undefined;
    readonly 'content-type'?: string | undefined;
  };
  readonly body: string;
}

/** The cause of a reply that is not a success; of a 200, that it is not the hub's. */
export function causeOfReply(reply: HubReply): HubCause {
  const { status, body } = reply;
  // nginx, Apache and Go's HTTP server.
  if (status === 400 && /HTTP request (was sent )?to (an )?HTTPS|HTTP to an SSL/i.test(body)) {
    return 'needs-tls';
  }
  if (status >= 300 && status < 400) return 'redirected';
  if (status >= 500) return 'server-error';
  // Only the hub names places.
  if (status === 422 && placesIn(reply) === undefined) return 'unexpected-status';
  return byStatus[status] ?? 'unexpected-status';
}

const byStatus: Readonly<Record<number, HubCause>> = {
  200: 'not-the-hub',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-the-hub',
  409: 'conflict',
  422: 'rejected',
};

/** The hub's message, quoted: `detail` is a text, an object with one, or for a 422 a list. */
export function saidIn({ body }: HubReply): string | undefined {
  const detail = field(parse(body), 'detail');
  if (Array.isArray(detail)) return saidInList(detail);
  const text = field(detail, 'message') ?? detail;
  return typeof text === 'string' && text !== '' ? quoted(text) : undefined;
}

/** A place in the beat, as a path without the leading `body`. */
export type Place = readonly (string | number)[];

/** The places in the beat that a 422 names; undefined if the reply is not in the hub's form. */
export function placesIn({ body }: HubReply): Place[] | undefined {
  const detail = field(parse(body), 'detail');
  return Array.isArray(detail) ? detail.flatMap(placeOf) : undefined;
}

function placeOf(problem: unknown): Place[] {
  const loc = field(problem, 'loc');
  if (!Array.isArray(loc)) return [];
  const place = loc.filter(step => typeof step === 'string' || Number.isInteger(step));
  return [place[0] === 'body' ? place.slice(1) : place];
}

function saidInList(detail: readonly unknown[]): string {
  const each = detail.slice(0, 5).map(problem => {
    const place = plain(placeOf(problem)[0]?.join('.').slice(0, 100) || 'the body');
    const text = field(problem, 'msg');
    return typeof text === 'string' ? `${place}: ${quoted(text)}` : place;
  });
  return `${each.join(', ')}${detail.length > 5 ? ` and ${detail.length - 5} more` : ''}`;
}

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** A reply of the hub nests some five. JSON.parse takes 100 bytes for each level that a hostile reply opens. */
const MAX_LEVELS = 64;

/** A reply's body as JSON; undefined if it is none, or nests deeper than any reply of the hub. */
export function parse(text: string, reviver?: Parameters<typeof JSON.parse>[1]): unknown {
  if (nestsTooDeep(text)) return undefined;
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}

function nestsTooDeep(json: string): boolean {
  let open = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '\\') at++;
    else if (character === '"') inText = !inText;
    else if (inText) continue;
    else if (character === '[' || character === '{') open++;
    else if (character === ']' || character === '}') open--;
    if (open > MAX_LEVELS) return true;
  }
  return false;
}
