import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Heartbeat } from '../../../agent/contract/heartbeat.ts';
import { bundleAgent } from '../../../deployer/build/bundle.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

const DIRECTORY = '/opt/agent-by-hand';
const LAUNCHER = 'homelab-agent';

/** The built agent on a fleet host, run by hand as an unprivileged user, as its unit would run it. */
export class AgentOnHost {
  readonly #host: FleetHost;

  constructor(host: FleetHost) {
    this.#host = host;
  }

  static async put(host: FleetHost, config: string): Promise<AgentOnHost> {
    const directory = join(host.root, DIRECTORY);
    await mkdir(directory, { recursive: true });
    await copyFile(process.execPath, join(directory, 'node'));
    const { code } = await bundleAgent(repository, '0.0.0');
    await writeFile(join(directory, 'homelab-agent.mjs'), code);
    await copyFile(join(repository, 'agent/install/homelab-agent'), join(directory, LAUNCHER));
    await writeFile(join(directory, 'config.yaml'), config, { mode: 0o640 });
    for (const file of ['', 'node', LAUNCHER]) await chmod(join(directory, file), 0o755);
    await host.exec(`chown root:nogroup ${DIRECTORY}/config.yaml`);
    return new AgentOnHost(host);
  }

  /** @param properties of a unit that is made for this one run, such as `RestrictAddressFamilies=AF_INET` */
  async print(properties: string[] = []): Promise<{ beat: Heartbeat; journal: string }> {
    const settings = ['User=nobody', ...properties].map(each => `-p '${each}'`).join(' ');
    const { stdout, stderr } = await this.#host.exec(
      `cd ${DIRECTORY} && systemd-run --quiet --wait --pipe --same-dir ${settings} ${DIRECTORY}/${LAUNCHER} print --config config.yaml`,
      { timeout: 120_000 },
    );
    return { beat: JSON.parse(stdout), journal: stderr };
  }
}
