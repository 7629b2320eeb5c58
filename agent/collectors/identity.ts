import type { CpuInfo, OsInfo } from '../contract/heartbeat.ts';
import type { Host } from '../host/host.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import * as cpuInfo from './cpu-info.ts';
import * as hardwareModel from './hardware-model.ts';
import * as osInfo from './os-info.ts';

interface Known {
  os_info: OsInfo;
  cpu_info: CpuInfo;
  hardware_model: string | null;
}

/** What a host is: read at start, and again when the system's release changes under the agent. */
export class Identity {
  readonly #host: Host;
  readonly #log: Log;
  readonly #askCpu: () => Promise<CpuInfo | null>;
  #known: Known | null = null;
  #release: number | null = null;

  constructor(deps: {
    host: Host;
    clock: Clock;
    log: Log;
    askCpu?: (() => Promise<CpuInfo | null>) | undefined;
  }) {
    this.#host = deps.host;
    this.#log = deps.log;
    this.#askCpu = deps.askCpu ?? (() => askSystemInformation(deps.clock));
  }

  async read(): Promise<Known> {
    const release = this.#host.modified('etc/os-release');
    if (this.#known !== null && release === this.#release) return this.#known;
    this.#release = release;
    this.#known = {
      os_info: osInfo.read(this.#host),
      cpu_info: this.#known?.cpu_info ?? (await this.#cpuInfo()),
      hardware_model: hardwareModel.read(this.#host),
    };
    return this.#known;
  }

  /** systeminformation's answer with the files' in its gaps; on a recorded host the files' alone. */
  async #cpuInfo(): Promise<CpuInfo> {
    const ofFiles = cpuInfo.read(this.#host);
    if (!this.#host.live) return ofFiles;
    const live = await this.#askCpu().catch(error => this.#tellUnknown(error));
    if (live === null) this.#tellUnknown('no answer');
    return {
      cpu_model: live?.cpu_model ?? ofFiles.cpu_model ?? null,
      cpu_cores: live?.cpu_cores ?? ofFiles.cpu_cores ?? null,
    };
  }

  #tellUnknown(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const message = "systeminformation cannot tell the processor: using the kernel's files alone";
    this.#log.warning(message, { reason });
  }
}

async function askSystemInformation(clock: Clock): Promise<CpuInfo> {
  return (await import('./live-cpu-info.ts')).read(clock);
}
