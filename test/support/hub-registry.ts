import type { HubAlerts } from './hub-alerts.ts';

/** What the hub knows about one server. */
export interface RegisteredServer {
  id: string;
  guid: string | null;
  hostname: string;
  agent_version: string | null;
  agent_mode: string | null;
  /** Arrival of the last beat, not its timestamp: that is what decides between online and offline. */
  last_seen: string | null;
  latest_metrics: unknown;
  latest_timestamp: string;
  packages: unknown[];
  is_inactive: boolean;
  inactive_since: string | null;
  is_paused: boolean;
  /** Called offline until its next beat: its agent was removed. */
  silenced: boolean;
}

export interface IncomingBeat {
  server_id: string;
  server_guid?: string | null;
  hostname: string;
  timestamp: string;
  agent_version?: string | null;
  agent_mode?: string | null;
  metrics?: unknown;
  packages?: unknown[] | null;
}

export type Registration = 'created' | 'known' | 'inactive' | 'conflict';

const OFFLINE_AFTER_MS = 180_000;

/** Registration and adoption of GUIDs, as the hub does it, and which servers are silent. */
export class HubRegistry {
  readonly #servers = new Map<string, RegisteredServer>();
  readonly #alerts: HubAlerts;
  readonly #offlineAfterMs: number;

  /** @param offlineAfterMs how long a server may be silent; the hub's own time where it is not said */
  constructor(alerts: HubAlerts, offlineAfterMs = OFFLINE_AFTER_MS) {
    this.#alerts = alerts;
    this.#offlineAfterMs = offlineAfterMs;
  }

  /** Takes a valid beat in; `arrived` in ms since the epoch. */
  receive(beat: IncomingBeat, arrived: number): Registration {
    this.watch(arrived);
    const guid = beat.server_guid ?? null;
    const byGuid = guid === null ? undefined : this.byGuid(guid);
    const server = byGuid ?? this.#servers.get(beat.server_id);
    if (server === undefined) {
      update(this.create(beat.server_id, beat.hostname, guid), beat, arrived);
      return 'created';
    }
    if (byGuid === undefined && guid !== null) {
      if (server.guid !== null && server.guid !== guid) return 'conflict';
      server.guid = guid;
    }
    // Only activate() ends this, no beat.
    if (server.is_inactive) return 'inactive';
    // A GUID known under another server_id is answered 200 all the same.
    update(server, beat, arrived);
    this.#alerts.resolve(offline(server), new Date(arrived).toISOString());
    return 'known';
  }

  /**
   * Opens the alert of each server that is silent, in ms since the epoch. The hub looks every minute; this is called before whatever
   * a silence would be seen by, so that none is missed.
   */
  watch(now: number): void {
    for (const server of this.all()) {
      if (server.is_inactive || this.#statusOf(server, now) !== 'offline') continue;
      const title = `Server offline: ${server.hostname}`;
      const message = `Server ${server.hostname} is not responding to heartbeats.`;
      const alert = { ...offline(server), severity: 'critical', title, message } as const;
      this.#alerts.open(alert, new Date(now).toISOString());
    }
  }

  /** The server as the reading endpoints show it. */
  shown(server: RegisteredServer, now: number): Record<string, unknown> {
    const { latest_timestamp: _, packages: __, silenced: ___, ...row } = server;
    const { last_seen, inactive_since } = row;
    const times = { last_seen: naive(last_seen), inactive_since: naive(inactive_since) };
    return { ...row, ...times, status: this.#statusOf(server, now) };
  }

  /** A server that has not beaten yet, as a claim makes one. */
  create(id: string, hostname: string, guid: string | null): RegisteredServer {
    const server: RegisteredServer = {
      id,
      guid,
      hostname,
      agent_version: null,
      agent_mode: null,
      last_seen: null,
      latest_metrics: null,
      latest_timestamp: '',
      packages: [],
      is_inactive: false,
      inactive_since: null,
      is_paused: false,
      silenced: false,
    };
    this.#servers.set(id, server);
    return server;
  }

  /** What the hub does when an operator removes an agent: the server is refused from now on. */
  remove(id: string, now = Date.now()): boolean {
    const server = this.#servers.get(id);
    if (server === undefined) return false;
    server.is_inactive = true;
    server.silenced = true;
    server.inactive_since = new Date(now).toISOString();
    return true;
  }

  activate(id: string): boolean {
    const server = this.#servers.get(id);
    if (server === undefined) return false;
    server.is_inactive = false;
    server.inactive_since = null;
    return true;
  }

  /** Forgets a server: its next beat registers it again. */
  delete(id: string): boolean {
    return this.#servers.delete(id);
  }

  get(id: string): RegisteredServer | undefined {
    return this.#servers.get(id);
  }

  byGuid(guid: string): RegisteredServer | undefined {
    return [...this.#servers.values()].find(server => server.guid === guid);
  }

  all(): RegisteredServer[] {
    return [...this.#servers.values()];
  }

  clear(): void {
    this.#servers.clear();
  }

  #statusOf({ silenced, last_seen }: RegisteredServer, now: number): string {
    if (silenced) return 'offline';
    if (last_seen === null) return 'unknown';
    return now - Date.parse(last_seen) > this.#offlineAfterMs ? 'offline' : 'online';
  }
}

/** The hub's times are UTC and do not say so. */
export function naive(time: string | null): string | null {
  return time?.replace(/Z$/, '000') ?? null;
}

function offline({ id }: RegisteredServer) {
  return { server_id: id, alert_type: 'offline', service_name: null } as const;
}

/** Last arrival wins for identity and packages, the latest timestamp for the metrics. */
function update(server: RegisteredServer, beat: IncomingBeat, arrived: number): void {
  server.hostname = beat.hostname;
  server.agent_version = beat.agent_version ?? server.agent_version;
  server.agent_mode = beat.agent_mode ?? server.agent_mode;
  server.last_seen = new Date(arrived).toISOString();
  server.silenced = false;
  if (beat.packages !== undefined && beat.packages !== null) server.packages = beat.packages;
  if (beat.metrics !== undefined && beat.timestamp >= server.latest_timestamp) {
    server.latest_metrics = beat.metrics;
    server.latest_timestamp = beat.timestamp;
  }
}
