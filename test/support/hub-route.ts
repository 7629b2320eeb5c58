import type { HubAlerts } from './hub-alerts.ts';
import type { HubCredentials } from './hub-credentials.ts';
import { json, type Reply, refused } from './hub-faults.ts';
import type { HubRegistry } from './hub-registry.ts';
import type { HubServices } from './hub-services.ts';

/** A request to the hub's API, beats aside. */
export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Whether it came with the shared key. */
  readonly withKey: boolean;
  /** The hub's clock, ms since the epoch. */
  readonly now: number;
}

export interface Hub {
  readonly registry: HubRegistry;
  readonly services: HubServices;
  readonly alerts: HubAlerts;
  readonly credentials: HubCredentials;
  /** The metrics of a server's accepted beats, oldest first. */
  points(serverId: string): unknown[];
}

export type Handle = (hub: Hub, request: ApiRequest, ids: string[]) => Reply;

/** What answers a method on paths below `/api/v1` that match; `true` where no key is wanted. */
export type Route = [verb: string, pattern: RegExp, handle: Handle, withoutKey?: true];

/** One step of a path. */
export const step = '([^/]+)';

export function noServer(serverId: string): Reply {
  return refused(404, 'NOT_FOUND', `Server '${serverId}' not found`);
}

export function invalid(
  key: string,
  type: string,
  msg: string,
  input: unknown,
  ctx: object,
): Reply {
  return json(422, { detail: [{ type, loc: ['body', key], msg, input, ctx }] });
}

export function empty(): Reply {
  return { status: 204, body: '' };
}

export function asObject(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
