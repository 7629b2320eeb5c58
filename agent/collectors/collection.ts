import { normalize } from 'node:path';
import type { CpuInfo, Heartbeat, Metrics, Service } from '../contract/heartbeat.ts';
import type { Config } from '../contract/keys.ts';
import { storageService } from '../contract/storage.ts';
import type { Warning } from '../contract/warnings.ts';
import { CallGuard } from '../host/call-guard.ts';
import type { Command } from '../host/command.ts';
import type { Host } from '../host/host.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { Apt } from './apt.ts';
import { CollectorRun, type CollectorState, type Warn } from './collector-run.ts';
import { CpuUsage } from './cpu-usage.ts';
import * as environment from './environment.ts';
import { describe, Filesystems, rootDisk } from './filesystems.ts';
import { HostNetwork } from './host-network.ts';
import * as hostname from './hostname.ts';
import { Identity } from './identity.ts';
import type { KeptUpdates } from './kept-updates.ts';
import * as load from './load.ts';
import * as memory from './memory.ts';
import * as pressure from './pressure.ts';
import { RebootRequired } from './reboot-required.ts';
import { Services } from './services.ts';
import { Storage } from './storage/storage.ts';
import { StorageMemory } from './storage/storage-memory.ts';
import { withStorage } from './storage/storage-service.ts';
import { Temperatures } from './temperatures.ts';
import * as uptime from './uptime.ts';

/** A beat without what the daemon adds: identity, time and agent version. */
type Body = Omit<
  Heartbeat,
  'server_guid' | 'server_id' | 'timestamp' | 'agent_version' | 'agent_mode'
>;

export interface Collected {
  body: Body;
  /** How each collector fared. */
  collectors: Record<string, CollectorState>;
  warnings: Warning[];
}

interface CollectionDeps {
  host: Host;
  config: Config;
  command: Command;
  clock: Clock;
  log: Log;
  /** Gives what the files do not say of the processor; systeminformation by default. */
  askCpu?: () => Promise<CpuInfo | null>;
  /** Keeps a list of updates over restarts; none by default. */
  keptUpdates?: KeptUpdates;
  /** Remembers pools and counters over restarts; none by default. */
  storageMemory?: StorageMemory;
}

interface Counters {
  uptime: number | null;
  cpu: number | null;
  services: Service[] | null;
}

/** How long `collectWhole` lets the counters run on a live host. */
const sampleMs = 1000;

/** The keys that US0004 names: null when they are not known, never missing. */
const unknownMetrics = {
  memory_percent: null,
  memory_total_mb: null,
  memory_used_mb: null,
  disk_percent: null,
  disk_total_gb: null,
  disk_used_gb: null,
  network_rx_bytes: null,
  network_tx_bytes: null,
  load_1m: null,
  load_5m: null,
  load_15m: null,
} satisfies Metrics;

/** All collectors of one host. One that fails loses only its own figures. */
export class Collection {
  readonly #deps: CollectionDeps;
  readonly #patience: CallGuard;
  readonly #apt: Apt;
  readonly #cpu: CpuUsage;
  readonly #filesystems: Filesystems;
  readonly #identity: Identity;
  readonly #network: HostNetwork;
  readonly #reboot: RebootRequired;
  readonly #services: Services;
  readonly #storage: Storage;
  readonly #temperatures: Temperatures;
  #environment: environment.Environment | null = null;

  constructor(deps: CollectionDeps) {
    const { host, command, clock } = deps;
    const patience = new CallGuard(clock);
    this.#deps = deps;
    this.#patience = patience;
    this.#apt = new Apt({ host, command, clock, kept: deps.keptUpdates });
    this.#cpu = new CpuUsage(host);
    this.#filesystems = new Filesystems({ host, patience, clock });
    this.#identity = new Identity({ host, clock, log: deps.log, askCpu: deps.askCpu });
    this.#network = new HostNetwork(host);
    this.#reboot = new RebootRequired(host);
    this.#services = new Services({ host, command });
    const storageMemory = deps.storageMemory ?? new StorageMemory(null, { writes: false });
    this.#storage = new Storage({ host, clock, memory: storageMemory });
    this.#temperatures = new Temperatures({ host, patience });
  }

  /**
   * Calls that hang on a dead mount or sensor now. The process cannot exit normally while there are any: libuv
   * waits for their threads.
   */
  stuck(): number {
    return this.#patience.hanging;
  }

  /** Takes a first reading, so that the next collection has percentages. */
  async prime(): Promise<void> {
    const round = new CollectorRun();
    await this.#counters(round);
    await round.run('identity', () => this.#identity.read());
  }

  /** One beat's figures for `once` and `print`: with percentages over a second, and waiting for apt's answer. */
  async collectWhole(): Promise<Collected> {
    await this.prime();
    if (this.#deps.host.live) await this.#deps.clock.sleep(sampleMs);
    return await this.#collect(true);
  }

  /** One beat's figures. Starts a simulation of apt where one is due, and does not wait for it. */
  async collect(): Promise<Collected> {
    return await this.#collect(false);
  }

  async #collect(waitForApt: boolean): Promise<Collected> {
    const { host, config } = this.#deps;
    const { container, ostree } = this.#where();
    const inContainer = container !== null;
    const root = config.root_mount === undefined ? undefined : normalPath(config.root_mount);
    const round = new CollectorRun();
    this.#warnOfSandbox(round.warn);
    const counters = await this.#counters(round);
    const network = await round.run('network', () => this.#network.read(inContainer));
    const disks = await round.run('filesystems', warn =>
      this.#filesystems.read(warn, inContainer, root === undefined ? [] : [root]),
    );
    const storage = await this.#storage.read(round, inContainer, this.#filesystems.table);
    // Sensors that a container sees are the machine's.
    const heat = inContainer
      ? null
      : await round.run('temperatures', warn => this.#temperatures.read(warn));
    const identity = await round.run('identity', () => this.#identity.read());
    const updates = await round.run('apt', warn => this.#apt.read(warn, waitForApt));
    const body: Body = {
      hostname: (await round.run('hostname', () => hostname.read(host))) ?? config.server_id,
      os_info: identity?.os_info ?? null,
      cpu_info: identity?.cpu_info ?? null,
      hardware_model: identity?.hardware_model ?? null,
      mac_address: await round.run('mac_address', warn => this.#network.macAddress(warn)),
      metrics: {
        cpu_percent: counters.cpu,
        uptime_seconds: counters.uptime,
        ...unknownMetrics,
        ...(await round.run('memory', () => memory.read(host, inContainer))),
        ...(await round.run('disk', () => rootDisk(disks ?? [], { wanted: root, ostree }))),
        ...network?.totals,
        ...(await round.run('load', () => load.read(host))),
        pressure: await round.run('pressure', () => pressure.read(host, inContainer)),
        cpu_temperature_celsius: heat?.cpu ?? null,
        reboot_required: await round.run('reboot_required', () => this.#reboot.read(inContainer)),
      },
      ...(updates ?? { updates_available: null, security_updates: null }),
      services: withStorage(config.monitored_services, counters.services, storage),
      filesystems: disks?.map(describe) ?? null,
      network_interfaces: network?.interfaces ?? null,
      temperatures: heat?.all ?? null,
      storage,
    };
    return { body, collectors: round.states, warnings: round.warnings };
  }

  /** What needs the time between two readings; it is the kernel's own, so that a recorded host has it too. */
  async #counters(round: CollectorRun): Promise<Counters> {
    const { host, config } = this.#deps;
    const { lxcfs, systemd } = this.#where();
    // Not a unit: the agent itself reports it.
    const names = config.monitored_services.filter(name => name !== storageService);
    const at = await round.run('uptime', () => uptime.read(host));
    const cpu = await round.run('cpu', () => this.#cpu.read(at ?? 0, lxcfs));
    const services = await round.run('services', warn => {
      if (names.length > 0 && !systemd) throw new Error('Cannot ask systemd: it does not run here');
      return this.#services.read(warn, names, at ?? 0, this.#cpu.capacity);
    });
    return { uptime: at === null ? null : Math.floor(at), cpu, services };
  }

  #where(): environment.Environment {
    this.#environment ??= environment.read(this.#deps.host);
    return this.#environment;
  }

  #warnOfSandbox(warn: Warn): void {
    if (!this.#where().lxcfsHidden) return;
    const text =
      'Memory and load are those of the machine, not of the container: the service has a /proc of its own, without lxcfs. Remove ProtectProc= and ProcSubset= from the drop-ins of homelab-agent.service';
    warn('lxcfs-hidden', text);
  }
}

/** As the mount table writes it: `/srv/data` for `/srv//data/`. */
function normalPath(path: string): string {
  return normalize(path).replace(/(?<=.)\/$/, '');
}
