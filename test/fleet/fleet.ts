import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { HubClient } from '../support/hub-client.ts';
import { noFleet } from '../support/machine.ts';
import type { Progress } from '../support/progress.ts';
import { ADMIN } from './fleet-admin.ts';
import { makeDisk, type Sudo } from './fleet-disk.ts';
import { FleetHost } from './fleet-host.ts';
import { startFleetHub } from './fleet-hub.ts';
import { type InventoryOptions, inventoryYaml, sshConfig } from './fleet-inventory.ts';
import { controllerAddress, controllerNamespace, hubAddress, registryDir } from './fleet-names.ts';
import { hostsFile, networkUpScript } from './fleet-network.ts';
import { type Base, baseRoots, type FleetOptions, namesOf } from './fleet-options.ts';
import { type FleetProxy, startFleetProxy } from './fleet-proxy.ts';
import { claimFleet, releaseFleet } from './fleet-registry.ts';
import { type RunOptions, type RunResult, run } from './fleet-run.ts';
import { raiseLimits } from './limits.ts';
import { ensurePackages, FLEET_PACKAGES } from './packages.ts';
import { fleetCache } from './root-cache.ts';

const FIRST_PROXY_PORT = 2_200;
const BOOTS_PER_CORE = 6;

/** Boots real hosts in a network of their own; takes root. Await `stop()`, or declare it with `await using`. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const lack = noFleet();
  if (lack !== undefined) throw new Error(`Cannot boot servers: this machine lacks ${lack}`);
  const names = namesOf(options.hosts);
  const progress = options.progress ?? (() => {});
  await ensurePackages(FLEET_PACKAGES, progress);
  const cache = fleetCache(process.env);
  const bases = await baseRoots(names, options, cache, progress);
  await raiseLimits(names.length);
  const keep = options.keep === true;
  const claim = await claimFleet({ keep, hosts: names, disksUnder: join(cache, 'fleets') });
  const fleet = new Fleet({
    ...claim,
    keep,
    names,
    apiKey: options.apiKey ?? 'fleet-api-key',
  });
  try {
    await fleet.build({
      bases,
      sudo: options.sudo ?? 'passwordless',
      withoutPython: options.withoutPython ?? [],
    });
    progress(`booting ${names.length} hosts`);
    await fleet.boot(progress);
    return fleet;
  } catch (error) {
    await fleet.stop();
    throw error;
  }
}

/** Real hosts, and the namespace of the machine that steers them. */
export class Fleet {
  readonly number: number;
  readonly hosts: FleetHost[];
  readonly user: string = ADMIN.user;
  readonly password: string = ADMIN.password;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  readonly sshConfigFile: string;
  readonly controllerNamespace: string;
  /** For temporary files of a test; goes with the fleet. */
  readonly directory: string;
  readonly apiKey: string;
  readonly #disks: string;
  #proxies = 0;

  constructor(options: {
    fleet: number;
    disks: string;
    names: string[];
    apiKey: string;
    keep: boolean;
  }) {
    const { fleet, disks, keep } = options;
    this.number = fleet;
    this.directory = registryDir(fleet);
    this.keyFile = join(this.directory, 'id_ed25519');
    this.knownHostsFile = join(this.directory, 'known_hosts');
    this.sshConfigFile = join(this.directory, 'ssh_config');
    this.controllerNamespace = controllerNamespace(fleet);
    this.apiKey = options.apiKey;
    this.#disks = disks;
    this.hosts = options.names.map(
      (name, index) => new FleetHost({ fleet, index, name, disks, keep }),
    );
  }

  /** Where the hosts reach the hub. */
  get hubUrl(): string {
    return `http://${hubAddress(this.number)}:8080`;
  }

  host(name: string): FleetHost {
    const host = this.hosts.find(one => one.name === name);
    if (host === undefined) throw new Error(`No host ${name} in this fleet`);
    return host;
  }

  /** Runs a program where it reaches the hosts, as the operator's machine would. */
  async run(argv: string[], options: RunOptions = {}): Promise<RunResult> {
    return await run(this.argv(argv), options);
  }

  /** The same as an argument list, for who starts it himself. */
  argv(argv: string[]): string[] {
    return ['ip', 'netns', 'exec', this.controllerNamespace, ...argv];
  }

  /** Starts the stand-in hub where the hosts look for it. */
  async startHub(options: { offlineAfter?: number } = {}): Promise<HubClient> {
    return await startFleetHub({
      ...options,
      namespace: this.controllerNamespace,
      address: hubAddress(this.number),
      apiKey: this.apiKey,
      directory: this.directory,
    });
  }

  /** A proxy before a host's sshd that cuts connections at a chosen byte; it ends with the fleet. */
  async proxy(
    host: FleetHost,
    options: { cutAfter?: number; times?: number; delayMs?: number } = {},
  ): Promise<FleetProxy> {
    this.#proxies += 1;
    return await startFleetProxy({
      namespace: this.controllerNamespace,
      address: controllerAddress(this.number),
      port: FIRST_PROXY_PORT + this.#proxies,
      to: host.address,
      ...options,
    });
  }

  /** Writes an inventory of all hosts. */
  async inventory(file: string, options: InventoryOptions = {}): Promise<void> {
    await writeFile(file, inventoryYaml(this, options), { mode: 0o600 });
  }

  /** Lays network and disks. */
  async build(options: { bases: Base[]; sudo: Sudo; withoutPython: string[] }): Promise<void> {
    const names = this.hosts.map(({ name }) => name);
    await execa('sh', { input: networkUpScript(this.number, names) });
    const hosts = hostsFile(this.number, names);
    await mkdir(`/etc/netns/${this.controllerNamespace}`, { recursive: true });
    await writeFile(`/etc/netns/${this.controllerNamespace}/hosts`, hosts);
    await writeFile(`/etc/netns/${this.controllerNamespace}/resolv.conf`, '');
    const comment = `${ADMIN.user}@fleet`;
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', this.keyFile]);
    const authorizedKey = await readFile(`${this.keyFile}.pub`, 'utf8');
    const hostKeys = await Promise.all(
      names.map((name, index) =>
        makeDisk({
          base: options.bases[index]?.root ?? '',
          disks: this.#disks,
          name,
          hosts,
          authorizedKey,
          python: !options.withoutPython.includes(name),
          sudo: options.sudo,
          emulated: options.bases[index]?.emulated ?? false,
        }),
      ),
    );
    const known = this.hosts.map(({ name, address }, at) => `${name},${address} ${hostKeys[at]}\n`);
    await writeFile(this.knownHostsFile, known.join(''));
    await writeFile(this.sshConfigFile, sshConfig(this));
  }

  /**
   * Switches all hosts on, so many at a time as the machine's cores can carry, and waits until each lets the operator
   * in.
   */
  async boot(progress: Progress = () => {}): Promise<void> {
    const waiting = [...this.hosts];
    let up = 0;
    const bootNext = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) {
        await host.boot();
        progress(`${++up} of ${this.hosts.length} up`);
      }
    };
    try {
      await Promise.all(Array.from({ length: BOOTS_PER_CORE * availableParallelism() }, bootNext));
    } finally {
      // Where one failed, the others begin no further host.
      waiting.length = 0;
    }
  }

  /** Removes everything: processes, namespaces, mounts, disks. */
  async stop(): Promise<void> {
    await releaseFleet(this.number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
