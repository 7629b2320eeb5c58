/** What the hub knows about one server. */
export interface RegisteredServer {
  id: string;
  guid: string | null;
  hostname: string;
  agent_version: string | null;
  /** Arrival of the last beat, not its timestamp: that is what decides between online and offline. */
  last_seen: string;
  latest_metrics: unknown;
  latest_timestamp: string;
  packages: unknown[];
  removed: boolean;
}

export interface IncomingBeat {
  server_id: string;
  server_guid?: string | null;
  hostname: string;
  timestamp: string;
  agent_version?: string | null;
  metrics?: unknown;
  packages?: unknown[] | null;
}

export type Registration = 'created' | 'known' | 'removed' | 'conflict';

const OFFLINE_AFTER_MS = 180_000;

/** Registration and adoption of GUIDs, as the hub does it. */
export class HubRegistry {
  readonly #servers = new Map<string, RegisteredServer>();

  /** Takes a valid beat in; `arrived` in ms since the epoch. */
  receive(beat: IncomingBeat, arrived: number): Registration {
    const guid = beat.server_guid ?? null;
    const byGuid = guid === null ? undefined : this.#byGuid(guid);
    const server = byGuid ?? this.#servers.get(beat.server_id);
    if (server === undefined) {
      this.#servers.set(beat.server_id, created(beat, arrived));
      return 'created';
    }
    if (server.removed) return 'removed';
    if (byGuid === undefined && guid !== null) {
      if (server.guid !== null) return 'conflict';
      server.guid = guid;
    }
    // A GUID known under another server_id is answered 200 all the same.
    update(server, beat, arrived);
    return 'known';
  }

  /** What an operator does on the hub's page: the server is refused from now on. */
  remove(id: string): boolean {
    const server = this.#servers.get(id);
    if (server !== undefined) server.removed = true;
    return server !== undefined;
  }

  get(id: string): RegisteredServer | undefined {
    const server = this.#servers.get(id);
    return server?.removed === true ? undefined : server;
  }

  all(): RegisteredServer[] {
    return [...this.#servers.values()].filter(server => !server.removed);
  }

  clear(): void {
    this.#servers.clear();
  }

  #byGuid(guid: string): RegisteredServer | undefined {
    return [...this.#servers.values()].find(server => server.guid === guid);
  }
}

/** The server as the reading endpoints show it. */
export function shown(server: RegisteredServer, now: number): Record<string, unknown> {
  const silence = now - Date.parse(server.last_seen);
  return {
    id: server.id,
    guid: server.guid,
    hostname: server.hostname,
    status: silence > OFFLINE_AFTER_MS ? 'offline' : 'online',
    last_seen: server.last_seen,
    agent_version: server.agent_version,
    latest_metrics: server.latest_metrics,
  };
}

function created(beat: IncomingBeat, arrived: number): RegisteredServer {
  const server: RegisteredServer = {
    id: beat.server_id,
    guid: beat.server_guid ?? null,
    hostname: beat.hostname,
    agent_version: null,
    last_seen: '',
    latest_metrics: null,
    latest_timestamp: '',
    packages: [],
    removed: false,
  };
  update(server, beat, arrived);
  return server;
}

/** Last arrival wins for identity and packages, the latest timestamp for the metrics. */
function update(server: RegisteredServer, beat: IncomingBeat, arrived: number): void {
  server.hostname = beat.hostname;
  server.agent_version = beat.agent_version ?? server.agent_version;
  server.last_seen = new Date(arrived).toISOString();
  if (beat.packages !== undefined && beat.packages !== null) server.packages = beat.packages;
  if (beat.metrics !== undefined && beat.timestamp >= server.latest_timestamp) {
    server.latest_metrics = beat.metrics;
    server.latest_timestamp = beat.timestamp;
  }
}
