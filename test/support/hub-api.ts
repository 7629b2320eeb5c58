import { type HubCredentials, shownCredential } from './hub-credentials.ts';
import { json, type Reply, refused } from './hub-faults.ts';
import { type HubRegistry, type RegisteredServer, shown } from './hub-registry.ts';
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

interface Hub {
  readonly registry: HubRegistry;
  readonly services: HubServices;
  readonly credentials: HubCredentials;
  /** The metrics of a server's accepted beats, oldest first. */
  points(serverId: string): unknown[];
}

type Handle = (hub: Hub, request: ApiRequest, ids: string[]) => Reply;

/** What the hub answers to everything that is not a beat. */
export function apiReply(hub: Hub, request: ApiRequest): Reply {
  const { method, path } = request;
  if (!path.startsWith('/api/v1/')) return notFound();
  const found = routes.flatMap(([verb, pattern, handle, open]) => {
    const ids = pattern.exec(path.slice('/api/v1'.length));
    return ids === null
      ? []
      : [{ verb, handle, open, ids: ids.slice(1).map(id => decodeURIComponent(id ?? '')) }];
  });
  if (found.length === 0) return notFound();
  const route = found.find(({ verb }) => verb === method);
  if (route === undefined) return json(405, { detail: 'Method Not Allowed' });
  if (!route.open && !request.withKey) {
    return refused(401, 'UNAUTHORIZED', 'Invalid or missing API key');
  }
  return route.handle(hub, request, route.ids);
}

const id = '([^/]+)';
const routes: [verb: string, pattern: RegExp, handle: Handle, withoutKey?: true][] = [
  ['GET', /^\/system\/health$/, health, true],
  ['GET', /^\/servers$/, listServers],
  [
    'GET',
    new RegExp(`^/servers/${id}$`),
    onServer((_, { now }, server) => json(200, shown(server, now))),
  ],
  ['DELETE', new RegExp(`^/servers/${id}$`), deleteServer],
  ['PUT', new RegExp(`^/servers/${id}/(pause|unpause)$`), pause],
  ['GET', new RegExp(`^/servers/${id}/metrics$`), onServer(metrics)],
  ['GET', new RegExp(`^/servers/${id}/packages$`), onServer(packages)],
  ['GET', new RegExp(`^/servers/${id}/services$`), onServer(listServices)],
  ['POST', new RegExp(`^/servers/${id}/services$`), onServer(addService)],
  ['PUT', new RegExp(`^/servers/${id}/services/${id}$`), onServer(changeService)],
  ['DELETE', new RegExp(`^/servers/${id}/services/${id}$`), onServer(removeService)],
  ['GET', /^\/alerts$/, listAlerts],
  ['POST', /^\/actions$/, createAction],
  ['POST', new RegExp(`^/agents/${id}/remove$`), removeAgent],
  ['PUT', new RegExp(`^/agents/${id}/activate$`), activateAgent],
  ['POST', /^\/agents\/register\/tokens$/, createToken],
  ['POST', /^\/agents\/register\/claim$/, claim, true],
  ['GET', new RegExp(`^/agents/register/credentials/${id}$`), showCredential],
  ['POST', new RegExp(`^/agents/register/credentials/${id}/rotate$`), rotate],
  ['POST', new RegExp(`^/agents/register/credentials/${id}/revoke$`), revoke],
];

function health(_: Hub, { now }: ApiRequest): Reply {
  const timestamp = `${new Date(now).toISOString().slice(0, 19)}Z`;
  return json(200, {
    status: 'healthy',
    version: '1.0.0',
    uptime_seconds: 1,
    database: 'connected',
    timestamp,
  });
}

function listServers({ registry }: Hub, { now }: ApiRequest): Reply {
  const servers = registry.all().map(server => shown(server, now));
  return json(200, { servers, total: servers.length });
}

/** For what is about one server; 404 where the hub does not know it. */
function onServer(
  handle: (hub: Hub, request: ApiRequest, server: RegisteredServer, rest: string[]) => Reply,
): Handle {
  return (hub, request, [serverId = '', ...rest]) => {
    const server = hub.registry.get(serverId);
    return server === undefined ? noServer(serverId) : handle(hub, request, server, rest);
  };
}

function deleteServer(
  { registry, services }: Hub,
  _: ApiRequest,
  [serverId = '']: string[],
): Reply {
  if (!registry.delete(serverId)) return noServer(serverId);
  services.forget(serverId);
  return empty();
}

function pause({ registry }: Hub, { now }: ApiRequest, [serverId = '', verb]: string[]): Reply {
  const server = registry.get(serverId);
  if (server === undefined) return noServer(serverId);
  server.is_paused = verb === 'pause';
  return json(200, shown(server, now));
}

function metrics(hub: Hub, _: ApiRequest, { id: server_id }: RegisteredServer): Reply {
  const data_points = hub.points(server_id);
  return json(200, { server_id, range: '24h', data_points, total_points: data_points.length });
}

function packages(_: Hub, __: ApiRequest, server: RegisteredServer): Reply {
  return json(200, { packages: server.packages, total: server.packages.length });
}

function listServices({ services }: Hub, _: ApiRequest, server: RegisteredServer): Reply {
  const list = services.list(server.id);
  return json(200, { services: list, total: list.length });
}

function addService({ services }: Hub, { body }: ApiRequest, server: RegisteredServer): Reply {
  const { service_name: name, ...more } = asObject(body);
  if (typeof name !== 'string' || !/^[a-z0-9@._-]{1,255}$/.test(name)) {
    const loc = ['body', 'service_name'];
    const msg = "String should match pattern '^[a-z0-9@._-]+$'";
    return json(422, { detail: [{ type: 'string_pattern_mismatch', loc, msg, input: name }] });
  }
  const added = services.add(server.id, { ...more, service_name: name });
  return added === undefined
    ? refused(409, 'CONFLICT', `Service '${name}' already exists for server '${server.id}'`)
    : json(201, added);
}

function changeService(
  { services }: Hub,
  { body }: ApiRequest,
  server: RegisteredServer,
  [name = '']: string[],
): Reply {
  const changed = services.change(server.id, name, asObject(body));
  return changed === undefined ? noService(name, server) : json(200, changed);
}

function removeService(
  { services }: Hub,
  _: ApiRequest,
  server: RegisteredServer,
  [name = '']: string[],
): Reply {
  return services.remove(server.id, name) ? empty() : noService(name, server);
}

function listAlerts({ services }: Hub, { query }: ApiRequest): Reply {
  const wanted = (name: string, value: string): boolean => (query.get(name) ?? value) === value;
  const alerts = services.alerts.filter(
    alert => wanted('server_id', alert.server_id) && wanted('status', alert.status),
  );
  return json(200, { alerts, total: alerts.length, limit: 50, offset: 0 });
}

function createAction({ registry }: Hub, { body }: ApiRequest): Reply {
  const { server_id, action_type } = asObject(body);
  const server = registry.get(String(server_id));
  if (server === undefined) return noServer(String(server_id));
  const about = `Cannot create actions for server '${server.id}'`;
  if (server.is_inactive) return refused(409, 'CONFLICT', `${about} (agent removed)`);
  if (server.agent_mode === 'readonly') {
    return refused(409, 'CONFLICT', `${about} (agent is in readonly mode).`);
  }
  const status = server.is_paused ? 'pending' : 'approved';
  return json(201, { id: 1, server_id: server.id, action_type, status });
}

function removeAgent(
  { registry, services }: Hub,
  { body, now }: ApiRequest,
  [serverId = '']: string[],
): Reply {
  if (!registry.remove(serverId, now))
    return json(404, { detail: `Server '${serverId}' not found` });
  if (asObject(body)['delete_completely'] === true) {
    registry.delete(serverId);
    services.forget(serverId);
  }
  const message = 'Agent removed, server marked inactive';
  return json(200, { success: true, server_id: serverId, message, error: null });
}

function activateAgent({ registry }: Hub, _: ApiRequest, [serverId = '']: string[]): Reply {
  if (!registry.activate(serverId)) return json(404, { detail: `Server '${serverId}' not found` });
  return json(200, {
    success: true,
    server_id: serverId,
    message: 'Server activated',
    error: null,
  });
}

function createToken({ credentials }: Hub, { body, now }: ApiRequest): Reply {
  return json(200, credentials.register(asObject(body), now));
}

function claim({ credentials }: Hub, { body, now }: ApiRequest): Reply {
  const { token, server_id, hostname } = asObject(body);
  const claimed = credentials.claim(String(token), String(server_id), String(hostname), now);
  if ('refused' in claimed) return json(400, { detail: claimed.refused });
  return json(200, { success: true, ...claimed, error: null });
}

function showCredential({ credentials }: Hub, _: ApiRequest, [guid = '']: string[]): Reply {
  const credential = credentials.active(guid);
  if (credential === undefined) return json(404, { detail: 'Credential not found' });
  return json(200, shownCredential(credential));
}

function rotate({ credentials }: Hub, _: ApiRequest, [guid = '']: string[]): Reply {
  const api_token = credentials.rotate(guid);
  if (api_token === undefined) return noCredential();
  const prefix = api_token.slice(0, 20);
  return json(200, {
    success: true,
    server_guid: guid,
    api_token,
    api_token_prefix: prefix,
    error: null,
  });
}

function revoke({ credentials }: Hub, _: ApiRequest, [guid = '']: string[]): Reply {
  if (!credentials.revoke(guid)) return noCredential();
  return json(200, { success: true, server_guid: guid, error: null });
}

function noCredential(): Reply {
  return json(404, { detail: 'No active credential found for server' });
}

function noServer(serverId: string): Reply {
  return refused(404, 'NOT_FOUND', `Server '${serverId}' not found`);
}

function noService(name: string, server: RegisteredServer): Reply {
  return refused(404, 'NOT_FOUND', `Service '${name}' not found for server '${server.id}'`);
}

function notFound(): Reply {
  return json(404, { detail: 'Not Found' });
}

function empty(): Reply {
  return { status: 204, body: '' };
}

function asObject(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}
