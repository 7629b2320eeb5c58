import { json, type Reply, refused } from './hub-faults.ts';
import { naive, type RegisteredServer } from './hub-registry.ts';
import {
  type ApiRequest,
  asObject,
  empty,
  type Handle,
  type Hub,
  invalid,
  noServer,
  type Route,
  step,
} from './hub-route.ts';
import { tokenRoutes } from './hub-token-routes.ts';

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

const routes: Route[] = [
  ...tokenRoutes,
  ['GET', /^\/system\/health$/, health, true],
  ['GET', /^\/servers$/, listServers],
  [
    'GET',
    new RegExp(`^/servers/${step}$`),
    onServer(({ registry }, { now }, server) => json(200, registry.shown(server, now))),
  ],
  ['DELETE', new RegExp(`^/servers/${step}$`), deleteServer],
  ['PUT', new RegExp(`^/servers/${step}/(pause|unpause)$`), pause],
  ['GET', new RegExp(`^/servers/${step}/metrics$`), onServer(metrics)],
  ['GET', new RegExp(`^/servers/${step}/packages$`), onServer(packages)],
  ['GET', new RegExp(`^/servers/${step}/services$`), onServer(listServices)],
  ['POST', new RegExp(`^/servers/${step}/services$`), onServer(addService)],
  ['PUT', new RegExp(`^/servers/${step}/services/${step}$`), onServer(changeService)],
  ['DELETE', new RegExp(`^/servers/${step}/services/${step}$`), onServer(removeService)],
  ['GET', /^\/alerts$/, listAlerts],
  ['POST', /^\/actions$/, createAction],
  ['POST', new RegExp(`^/agents/${step}/remove$`), removeAgent],
  ['PUT', new RegExp(`^/agents/${step}/activate$`), activateAgent],
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
  const servers = registry.all().map(server => registry.shown(server, now));
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

function deleteServer(hub: Hub, _: ApiRequest, [serverId = '']: string[]): Reply {
  if (!hub.registry.delete(serverId)) return noServer(serverId);
  forget(hub, serverId);
  return empty();
}

function pause({ registry }: Hub, { now }: ApiRequest, [serverId = '', verb]: string[]): Reply {
  const server = registry.get(serverId);
  if (server === undefined) return noServer(serverId);
  server.is_paused = verb === 'pause';
  return json(200, registry.shown(server, now));
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
    const pattern = '^[a-z0-9@._-]+$';
    const msg = `String should match pattern '${pattern}'`;
    return invalid('service_name', 'string_pattern_mismatch', msg, name, { pattern });
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

function listAlerts(hub: Hub, { query, now }: ApiRequest): Reply {
  hub.registry.watch(now);
  const wanted = (name: string, value: string): boolean => (query.get(name) ?? value) === value;
  const alerts = hub.alerts.all.filter(
    alert => wanted('server_id', alert.server_id) && wanted('status', alert.status),
  );
  const shownAlerts = alerts
    .map(alert => ({
      ...alert,
      created_at: naive(alert.created_at),
      resolved_at: naive(alert.resolved_at),
    }))
    .toReversed();
  return json(200, { alerts: shownAlerts, total: alerts.length, limit: 50, offset: 0 });
}

function createAction({ registry }: Hub, { body }: ApiRequest): Reply {
  const { server_id, action_type } = asObject(body);
  const server = registry.get(String(server_id));
  if (server === undefined) return noServer(String(server_id));
  const about = (kind: string) => `Cannot create actions for ${kind} '${server.id}'`;
  if (server.is_inactive) {
    return refused(409, 'CONFLICT', `${about('inactive server')} (agent removed)`);
  }
  if (server.agent_mode === 'readonly') {
    return refused(409, 'CONFLICT', `${about('server')} (agent is in readonly mode).`);
  }
  const status = server.is_paused ? 'pending' : 'approved';
  return json(201, { id: 1, server_id: server.id, action_type, status });
}

function removeAgent(hub: Hub, { body, now }: ApiRequest, [serverId = '']: string[]): Reply {
  if (!hub.registry.remove(serverId, now))
    return json(404, { detail: `Server '${serverId}' not found` });
  if (asObject(body)['delete_completely'] === true) {
    hub.registry.delete(serverId);
    forget(hub, serverId);
  }
  const message = 'Agent removed, server marked inactive';
  return json(200, { success: true, server_id: serverId, message, error: null });
}

/** What goes with a server that the hub forgets. */
function forget({ services, alerts }: Hub, serverId: string): void {
  services.forget(serverId);
  alerts.forget(serverId);
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

function noService(name: string, server: RegisteredServer): Reply {
  return refused(404, 'NOT_FOUND', `Service '${name}' not found for server '${server.id}'`);
}

function notFound(): Reply {
  return json(404, { detail: 'Not Found' });
}
