import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fleet, startFleet } from '../../../fleet/fleet.ts';
import type { FleetHost } from '../../../fleet/fleet-host.ts';
import { type Behaviour, putRuntime, stubArtifact, unpack } from './installer.ts';

/** What `install-agent.sh` said and how it ended. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly lines: string[];
  readonly stderr: string;
}

/** Everything that a release is made of, as it stands on the server. */
export interface State {
  readonly current: string;
  readonly previous: string;
  readonly config: string;
  readonly unit: string;
  readonly enabled: string;
  readonly active: string;
  /** The release that the running process says it is. */
  readonly running: string;
}

/** One real server, and releases of a stub agent to install on it. */
export class Rig {
  readonly fleet: Fleet;
  readonly host: FleetHost;
  readonly runtime: string;
  readonly #installers = new Map<string, string>();

  constructor(fleet: Fleet, host: FleetHost, runtime: string) {
    this.fleet = fleet;
    this.host = host;
    this.runtime = runtime;
  }

  static async start(): Promise<Rig> {
    const fleet = await startFleet({ hosts: ['nas-1'] });
    const host = fleet.host('nas-1');
    const rig = new Rig(fleet, host, await putRuntime(host));
    await rig.write('/root/a.yaml', 'hub_url: "http://a"\n');
    await rig.write('/root/b.yaml', 'hub_url: "http://b"\n');
    return rig;
  }

  /** Unpacks the artifact of `version` once; the installer's path on the server. */
  async installer(version: string, behaviour: Behaviour = 'good'): Promise<string> {
    const known = this.#installers.get(version);
    if (known !== undefined) return known;
    const path = await unpack(this.host, await stubArtifact(version, behaviour), version);
    this.#installers.set(version, path);
    return path;
  }

  /** Runs a command line that begins with the installer's path. */
  async run(command: string, env: Record<string, string> = {}): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await this.host.exec(command, {
      reject: false,
      timeout: 120_000,
      env,
    });
    return { exitCode, lines: stdout.split('\n'), stderr };
  }

  /** Installs `version` with the runtime that was put there and a gate of one second. */
  async install(version: string, args = ''): Promise<Outcome> {
    const installer = await this.installer(version);
    return await this.run(`${installer} --runtime ${this.runtime} --gate 1 ${args}`);
  }

  /** The same, where it must go well. @returns the name of the release that is live now */
  async mustInstall(version: string, args = ''): Promise<string> {
    const outcome = await this.install(version, args);
    assert.equal(outcome.exitCode, 0, `${outcome.lines.join('\n')}\n${outcome.stderr}`);
    return (await this.state()).current;
  }

  async state(): Promise<State> {
    const script = `
      name() { basename "$(readlink "$1")"; }
      name /opt/homelab-agent/current
      name /opt/homelab-agent/previous
      cat /etc/homelab-agent/config.yaml 2>/dev/null | sha256sum | cut -c1-12
      cat /etc/systemd/system/homelab-agent.service 2>/dev/null | sha256sum | cut -c1-12
      systemctl is-enabled homelab-agent 2>/dev/null || :
      systemctl is-active homelab-agent || :
      sed 's/.*"release":"\\([^"]*\\)".*"pid":\\([0-9]*\\).*/\\1/' /run/homelab-agent/status.json 2>/dev/null`;
    const { stdout } = await this.host.exec(script, { reject: false });
    const [current = '', previous = '', config = '', unit = '', ...rest] = stdout.split('\n');
    // A unit that is not there has no line for is-enabled in older systemd.
    const [enabled = '', active = '', running = ''] = rest.length < 2 ? ['', ...rest] : rest;
    return { current, previous, config, unit, enabled, active, running };
  }

  async mainPid(): Promise<string> {
    return (await this.host.exec('systemctl show -p MainPID --value homelab-agent')).stdout;
  }

  /** A command that is refused with this message, and not a file touched. */
  async refused(command: string, message: RegExp, env: Record<string, string> = {}): Promise<void> {
    const found = await this.fingerprint();
    const outcome = await this.run(command, env);
    assert.equal(outcome.exitCode, 2);
    assert.match(outcome.stderr, message);
    assert.equal(outcome.lines.at(-1), 'result: failed');
    assert.equal(await this.fingerprint(), found);
  }

  /**
   * Every file of ours with its time, owner, mode and link, to see that nothing was touched. Only the directory in
   * which a new release is unpacked, to be checked, may have another time.
   */
  async fingerprint(): Promise<string> {
    const { stdout } = await this.host.exec(
      `find /opt/homelab-agent /etc/homelab-agent /etc/systemd/system /etc/passwd -printf '%p %T@ %u:%g %m %l %s\\n' |
        grep -E 'homelab|passwd' | sed -E 's|^(/opt/homelab-agent) \\S+|\\1|' | sort`,
      { reject: false },
    );
    return stdout;
  }

  /** Waits, on the server, until a shell condition holds; rejects after 90 s. */
  async until(condition: string): Promise<void> {
    const script = `i=0; until ${condition}; do i=$((i + 1)); [ $i -lt 900 ] || exit 1; sleep 0.1; done`;
    const { exitCode } = await this.host.exec(script, { reject: false, timeout: 120_000 });
    assert.equal(exitCode, 0, `Waited 90 s in vain on ${this.host.name}: ${condition}`);
  }

  async write(path: string, text: string): Promise<void> {
    await writeFile(join(this.host.root, path), text);
  }

  /** The environment in which the installer finds these programs before the real ones. */
  async shim(programs: Record<string, string>): Promise<Record<string, string>> {
    const directory = `/var/tmp/shim-${Object.keys(programs).join('-')}`;
    await this.host.exec(`mkdir -p ${directory}`);
    for (const [name, script] of Object.entries(programs)) {
      await this.write(`${directory}/${name}`, `#!/bin/sh\n${script}\n`);
      await this.host.exec(`chmod +x ${directory}/${name}`);
    }
    return { SHIM: directory };
  }

  async stop(): Promise<void> {
    await this.fleet.stop();
  }
}
