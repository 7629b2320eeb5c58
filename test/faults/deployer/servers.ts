import assert from 'node:assert/strict';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';
import { pushJson } from '../../support/deploy.ts';
import { makeReleases, type Release, type Releases } from './releases.ts';
import { stateAtRest } from './server-state.ts';

/** A server between two faults: one of the two releases is live, and nothing else is there. */
export interface Server {
  readonly host: FleetHost;
  live: Release;
}

const SMALL_DISK = 'mount -t tmpfs -o size=300m,nr_inodes=400 none /opt';
/** Leaves what a push asks for and little more, so that the rest is full at once. */
const ALMOST_FULL = `dd if=/dev/zero of=/opt/filled-before bs=1M status=none \
  count=$(($(df -m --output=avail /opt | tail -n 1) - 60))`;

/** Servers that are lent to one fault at a time. */
export class Servers implements AsyncDisposable {
  readonly fleet: Fleet;
  readonly releases: Releases;
  readonly #free: Server[] = [];
  readonly #small: ReadonlySet<string>;
  readonly #waiting: { isSmall: boolean; give(server: Server): void }[] = [];

  private constructor(fleet: Fleet, releases: Releases, small: ReadonlySet<string>) {
    this.fleet = fleet;
    this.releases = releases;
    this.#small = small;
  }

  /** Boots so many, one more with a small disk, and installs the agent on all of them. */
  static async start(count: number): Promise<Servers> {
    const names = Array.from({ length: count }, (_, at) => `nas-${at + 1}`);
    const fleet = await startFleet({ hosts: [...names, 'small-1'] });
    try {
      const hub = await fleet.startHub();
      // So that there is a time between a heartbeat and its answer.
      await hub.fault('slow', { servers: fleet.hosts.map(({ name }) => name), delayMs: 2_000 });
      const servers = new Servers(fleet, await makeReleases(fleet), new Set(['small-1']));
      await fleet.host('small-1').exec(SMALL_DISK);
      for (const host of fleet.hosts) {
        const server = { host, live: servers.releases.good[0] };
        await servers.converge(server, server.live);
        servers.#free.push(server);
      }
      await fleet.host('small-1').exec(ALMOST_FULL);
      return servers;
    } catch (error) {
      await fleet.stop();
      throw error;
    }
  }

  /** Lends a server; if the work throws, the server is made anew before the next one gets it. */
  async lend<T>(isSmall: boolean, work: (server: Server) => Promise<T>): Promise<T> {
    const server = await this.#take(isSmall);
    try {
      const result = await work(server);
      this.#giveBack(server);
      return result;
    } catch (error) {
      await this.#makeAnew(server);
      this.#giveBack(server);
      throw error;
    }
  }

  /** What the next push does: it agrees, the one after it finds nothing to do, and nothing else is left. */
  async converge(server: Server, release: Release): Promise<void> {
    const { name } = server.host;
    for (const wanted of [['changed', 'unchanged'], ['unchanged']]) {
      const { code, hosts } = await pushJson(this.fleet, ...pushArguments(name, release));
      const found = hosts[0]?.outcome ?? '';
      const text = `The push after it: expected ${wanted.join(' or ')}, found ${found} (exit code ${code}): ${hosts[0]?.reason}`;
      assert.ok(code === 0 && wanted.includes(found), text);
    }
    const state = await stateAtRest(server.host, [release]);
    assert.deepEqual(state, { version: release.version, problems: [] }, 'After the next push');
    server.live = release;
  }

  async #take(isSmall: boolean): Promise<Server> {
    const at = this.#free.findIndex(server => this.#isSmall(server) === isSmall);
    const [free] = at < 0 ? [] : this.#free.splice(at, 1);
    return free ?? (await new Promise(give => this.#waiting.push({ isSmall, give })));
  }

  #giveBack(server: Server): void {
    const at = this.#waiting.findIndex(({ isSmall }) => isSmall === this.#isSmall(server));
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (next === undefined) this.#free.push(server);
    else next.give(server);
  }

  #isSmall({ host }: Server): boolean {
    return this.#small.has(host.name);
  }

  async #makeAnew(server: Server): Promise<void> {
    const { host } = server;
    await host.plug();
    await host.slowDown();
    if (host.leader === undefined) await host.boot();
    await host.exec(
      `
      rm -rf /opt/filled.* /opt/homelab-agent.incoming*
      pkill -KILL -f '[i]nstall-agent|^sshd: [^/]'
      systemctl disable --now homelab-agent
      rm -rf /opt/homelab-agent /etc/homelab-agent /etc/systemd/system/homelab-agent.service*
      systemctl daemon-reload`,
      { reject: false },
    );
    await this.converge(server, this.releases.good[0]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fleet.stop();
  }
}

/** The arguments of a push of one release to one server. */
export function pushArguments(name: string, release: Release): string[] {
  return [name, '--dist', release.dist, '-i', release.inventory];
}
