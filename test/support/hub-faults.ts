/**
 * What the hub does instead of its work:
 * refuse (nothing listens), hang (no reply), reset (RST), nothing (closes without a reply), slow (replies late),
 * a status with the body that the hub or a proxy gives it, html (a 200 page of something else), garbage (a cut JSON
 * body).
 */
export const FAULT_KINDS = [
  'none',
  'refuse',
  'hang',
  'reset',
  'nothing',
  'slow',
  '307',
  '400',
  '401',
  '403',
  '404',
  '409',
  '422',
  '500',
  '502',
  'html',
  'garbage',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** How many requests it hits before the hub is well again; without it, all. */
  times?: number;
  /** Only beats of these servers; without it, all. */
  servers?: string[];
  /** For `slow`: how long the reply waits. */
  delayMs?: number;
}

/** The fault of a request from a server, which is counted; undefined if it hits none. */
export function dueFault(fault: Fault, body: unknown): Fault | undefined {
  if (fault.kind === 'none' || fault.kind === 'refuse') return undefined;
  const id = (body as { server_id?: string } | null | undefined)?.server_id;
  if (fault.servers !== undefined && !fault.servers.includes(id ?? '')) return undefined;
  if (fault.times === undefined) return fault;
  if (fault.times <= 0) return undefined;
  fault.times -= 1;
  return fault;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

const OF_STATUS: Record<string, () => Reply> = {
  '307': () => ({ status: 307, headers: { location: '/elsewhere' }, body: '' }),
  '400': () => json(400, { detail: 'There was an error parsing the body' }),
  '401': () => refused(401, 'UNAUTHORIZED', 'Invalid or missing API key'),
  '403': () =>
    refused(403, 'FORBIDDEN', "Server 'nas-1' is inactive (agent removed). Uninstall the agent."),
  '404': () => json(404, { detail: 'Not Found' }),
  '409': () => refused(409, 'CONFLICT', "Server 'nas-1' already has a different GUID"),
  '422': () =>
    json(422, {
      detail: [{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }],
    }),
  '500': () => ({ status: 500, headers: plain, body: 'Internal Server Error' }),
  '502': () => ({ status: 502, headers: html, body: '<html><h1>502 Bad Gateway</h1></html>' }),
  html: () => ({ status: 200, headers: html, body: '<!doctype html><title>Router</title>' }),
  garbage: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: '{"sta' }),
};
const plain = { 'content-type': 'text/plain; charset=utf-8' };
const html = { 'content-type': 'text/html; charset=utf-8' };

/** The reply of a fault, or of the hub's own refusal of that status; undefined for a fault of the connection. */
export function replyOf(kind: string): Reply | undefined {
  return OF_STATUS[kind]?.();
}

export function json(status: number, body: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** The hub's own refusals carry an object with a code and a message. */
export function refused(status: number, code: string, message: string): Reply {
  return json(status, { detail: { code, message } });
}
