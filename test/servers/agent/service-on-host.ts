import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildArtifact } from '../../../deployer/build/artifact.ts';
import { findHome } from '../../../deployer/build/home.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';
import { putRuntime, unpack } from './install/installer.ts';

const configFile = '/etc/homelab-agent/config.yaml';

/** The agent as it is shipped, installed on a fleet host as its unit runs it. */
export class ServiceOnHost {
  readonly #host: FleetHost;

  constructor(host: FleetHost) {
    this.#host = host;
  }

  static async install(host: FleetHost, config: string): Promise<ServiceOnHost> {
    const home = await findHome();
    const artifact = await buildArtifact(home.root, home.version);
    const script = await unpack(host, artifact, 'artifact');
    const runtime = await putRuntime(host);
    await writeFile(join(host.root, 'root/config.yaml'), config, { mode: 0o600 });
    await host.exec(`${script} --config /root/config.yaml --runtime ${runtime} --require-beat`, {
      timeout: 180_000,
    });
    return new ServiceOnHost(host);
  }

  /** A setting of the unit by a drop-in, as an owner would have it; takes effect at the next start. */
  async set(...lines: string[]): Promise<void> {
    const file = '/etc/systemd/system/homelab-agent.service.d/test.conf';
    const text = ['[Service]', ...lines].join('\\n');
    await this.#host.exec(`mkdir -p $(dirname ${file}); printf '${text}\\n' > ${file}`);
    await this.#host.exec('systemctl daemon-reload');
  }

  async systemctl(command: string): Promise<void> {
    await this.#host.exec(`systemctl ${command} homelab-agent`, { timeout: 60_000 });
  }

  async property(name: string): Promise<string> {
    const command = `systemctl show --value --property=${name} homelab-agent`;
    return (await this.#host.exec(command)).stdout.trim();
  }

  /** Rewrites the configuration by a sed expression, keeping its owner and mode. */
  async edit(expression: string): Promise<void> {
    await this.#host.exec(`sed -i '${expression}' ${configFile}`);
    await this.#host.exec(`chown root:homelab-agent ${configFile}; chmod 0640 ${configFile}`);
  }

  async journal(): Promise<string[]> {
    const command = 'journalctl --unit homelab-agent --output cat --no-pager';
    return (await this.#host.exec(command)).stdout.split('\n');
  }

  /** Waits for a line in the journal that was not there before. */
  async says(part: string, before: readonly string[] = []): Promise<void> {
    await this.until(part, async () => {
      const lines = (await this.journal()).slice(before.length);
      return lines.some(line => line.includes(part));
    });
  }

  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + 120_000;
    while (!(await condition())) {
      if (performance.now() > end) {
        throw new Error(`Waited in vain: ${what}\n${(await this.journal()).slice(-30).join('\n')}`);
      }
      await sleep(300);
    }
  }
}
