import type { HubAlerts } from './hub-alerts.ts';
import type { IncomingBeat } from './hub-registry.ts';

/** A service as a beat reports it. */
interface ReportedService {
  name: string;
  status: string;
  status_reason?: string | null;
  pid?: number | null;
  memory_mb?: number | null;
  cpu_percent?: number | null;
}

interface ExpectedService {
  service_name: string;
  display_name: string | null;
  is_critical: boolean;
  enabled: boolean;
}

/** A change of expected services, after which the hub logs in on the server and rewrites its configuration. */
interface ServiceSync {
  server_id: string;
  services: string[];
  /** What the hub runs there, as root. */
  script: string;
}

/** The services that the hub expects on each server, and what the beats said of them. */
export class HubServices {
  readonly syncs: ServiceSync[] = [];
  readonly #expected = new Map<string, Map<string, ExpectedService>>();
  /** The last report of each service, by server and name; kept when it is no longer reported. */
  readonly #reported = new Map<string, ReportedService & { last_seen: string }>();
  readonly #alerts: HubAlerts;

  constructor(alerts: HubAlerts) {
    this.#alerts = alerts;
  }

  /** Reads the services of an accepted beat. Without metrics in it, the hub looks at no alert. */
  receive(beat: IncomingBeat, hostname: string, at: string): void {
    const services = reportedIn(beat);
    for (const service of services) {
      this.#reported.set(`${beat.server_id}/${service.name}`, {
        ...service,
        last_seen: beat.timestamp,
      });
    }
    if (!beat.metrics) return;
    const { server_id } = beat;
    for (const { service_name, enabled, is_critical } of this.#of(server_id).values()) {
      const status = services.find(({ name }) => name === service_name)?.status;
      if (!enabled || status === undefined) continue;
      const subject = { server_id, alert_type: 'service', service_name } as const;
      if (status === 'failed' || status === 'stopped') {
        const severity = is_critical ? 'high' : 'medium';
        const title = `Service ${service_name} is ${status} on ${hostname}`;
        const message = `Expected service ${service_name} on ${hostname} is ${status}.`;
        this.#alerts.open({ ...subject, severity, title, message }, at);
      }
      if (status === 'running') this.#alerts.resolve(subject, at);
    }
  }

  list(serverId: string): (ExpectedService & { current_status: unknown })[] {
    return [...this.#of(serverId).values()].map(service => ({
      ...service,
      current_status: this.#current(serverId, service.service_name),
    }));
  }

  /** Undefined where the service is expected already. */
  add(serverId: string, wanted: Partial<ExpectedService> & Pick<ExpectedService, 'service_name'>) {
    const services = this.#of(serverId);
    if (services.has(wanted.service_name)) return undefined;
    const service = { display_name: null, is_critical: false, ...wanted, enabled: true };
    services.set(service.service_name, service);
    this.#sync(serverId);
    return { ...service, current_status: null };
  }

  /** Undefined where no such service is expected. */
  change(serverId: string, name: string, change: Partial<ExpectedService>) {
    const service = this.#of(serverId).get(name);
    if (service === undefined) return undefined;
    Object.assign(service, change, { service_name: name });
    if (change.enabled !== undefined) this.#sync(serverId);
    return { ...service, current_status: null };
  }

  remove(serverId: string, name: string): boolean {
    const known = this.#of(serverId).delete(name);
    if (known) this.#sync(serverId);
    return known;
  }

  /** What goes with a server that the hub forgets. */
  forget(serverId?: string): void {
    const gone = (id: string): boolean => serverId === undefined || id === serverId;
    for (const id of this.#expected.keys()) if (gone(id)) this.#expected.delete(id);
    for (const key of this.#reported.keys()) {
      if (gone(key.slice(0, key.indexOf('/')))) this.#reported.delete(key);
    }
  }

  #of(serverId: string): Map<string, ExpectedService> {
    const known = this.#expected.get(serverId) ?? new Map<string, ExpectedService>();
    this.#expected.set(serverId, known);
    return known;
  }

  #current(serverId: string, name: string): unknown {
    const reported = this.#reported.get(`${serverId}/${name}`);
    if (reported === undefined) return null;
    const { status, status_reason, pid, memory_mb, cpu_percent, last_seen } = reported;
    return {
      status,
      status_reason: status_reason ?? null,
      pid: pid ?? null,
      memory_mb: memory_mb ?? null,
      cpu_percent: cpu_percent ?? null,
      last_seen,
    };
  }

  #sync(server_id: string): void {
    const services = [...this.#of(server_id).values()]
      .filter(({ enabled }) => enabled)
      .map(({ service_name }) => service_name)
      .toSorted();
    this.syncs.push({ server_id, services, script: syncScript(services) });
  }
}

function reportedIn(beat: IncomingBeat & { services?: unknown }): ReportedService[] {
  return Array.isArray(beat.services) ? beat.services : [];
}

/** Rewrites the configuration and restarts the unit, also where there is no python3-yaml and nothing was rewritten. */
function syncScript(services: readonly string[]): string {
  return `python3 - <<'PYTHON_EOF'
import os, sys, yaml
path = "/etc/homelab-agent/config.yaml"
if not os.path.exists(path):
    sys.exit(1)
with open(path) as file:
    config = yaml.safe_load(file) or {}
config["monitored_services"] = ${JSON.stringify(services)}
with open(path, "w") as file:
    yaml.dump(config, file, default_flow_style=False)
PYTHON_EOF
systemctl restart homelab-agent
`;
}
