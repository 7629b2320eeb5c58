import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { bootScript } from './fleet-boot.ts';
import { fleetCgroups, initOf, killAll, processesUnder } from './fleet-cgroups.ts';
import {
  controllerAddress,
  controllerNamespace,
  fleetName,
  hostAddress,
  hostNamespace,
  registryDir,
} from './fleet-names.ts';
import { cableOf } from './fleet-network.ts';
import { type RunOptions, type RunResult, run } from './fleet-run.ts';

/** SIGRTMIN+14 asks systemd as PID 1 to power off; Node has no name for it. */
const POWER_OFF_SIGNAL = '48';
/** From its own start; a fleet boots only so many at once as the machine's cores can carry. */
const BOOT_LIMIT_MS = 180_000;

/** One real server of a fleet: systemd as PID 1, sshd, its own address. */
export class FleetHost {
  readonly name: string;
  readonly address: string;
  readonly namespace: string;
  /** The host's disk as this machine sees it. */
  readonly root: string;
  /** What the host printed on its console, and what nspawn said. */
  readonly consoleLog: string;
  readonly #fleet: number;
  readonly #index: number;
  readonly #keep: boolean;
  #loop: number | undefined;

  constructor(options: {
    fleet: number;
    index: number;
    name: string;
    disks: string;
    keep: boolean;
  }) {
    const { fleet, index, name } = options;
    this.name = name;
    this.address = hostAddress(fleet, index);
    this.namespace = hostNamespace(fleet, name);
    this.root = join(options.disks, name, 'root');
    this.consoleLog = join(registryDir(fleet), `${name}.console.log`);
    this.#fleet = fleet;
    this.#index = index;
    this.#keep = options.keep;
  }

  /** PID of the host's own PID 1, as this machine counts; undefined while it is off. */
  get leader(): number | undefined {
    return initOf(processesUnder(this.#cgroups()[0] ?? ''));
  }

  /** Runs a shell command as root inside the host, without ssh; rejects when it fails. */
  async exec(command: string, options: RunOptions = {}): Promise<RunResult> {
    const leader = this.leader;
    if (leader === undefined) throw new Error(`${this.name} is off`);
    const enter = ['nsenter', '-t', String(leader), '-r', '-m', '-u', '-i', '-n', '-p', '--'];
    return await run([...enter, 'sh', '-c', command], {
      ...options,
      env: { HOME: '/root', LC_ALL: 'C.UTF-8', ...options.env },
    });
  }

  /** Switches it on and waits until it lets the operator in. */
  async boot(): Promise<void> {
    this.start();
    await this.waitUntilUp();
  }

  /** Switches it on and returns at once. */
  start(): void {
    const script = bootScript({
      machine: `${fleetName(this.#fleet)}-${this.name}`,
      hostname: this.name,
      namespace: this.namespace,
      root: this.root,
      cgroups: this.#cgroups(),
    });
    // The hosts end with the process that started them, unless they are to stay.
    const argv = [...(this.#keep ? [] : ['setpriv', '--pdeathsig', 'TERM']), 'sh', '-c', script];
    const log = openSync(this.consoleLog, 'a');
    const loop = spawn(argv[0] ?? 'sh', argv.slice(1), {
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    loop.unref();
    this.#loop = loop.pid;
  }

  /** Waits until sshd greets and logins are allowed; rejects with the console's tail. */
  async waitUntilUp(): Promise<void> {
    const deadline = performance.now() + BOOT_LIMIT_MS;
    while (!(await this.#isUp())) {
      if (performance.now() > deadline) {
        throw new Error(
          `${this.name} did not come up within ${BOOT_LIMIT_MS / 1000} s; its console:\n${await this.console()}`,
        );
      }
      await sleep(150);
    }
  }

  /** Orderly shutdown, waits for its end. */
  async powerOff(): Promise<void> {
    const leader = this.leader;
    if (leader === undefined) return;
    await execa('kill', ['-s', POWER_OFF_SIGNAL, String(leader)]);
    await this.#waitUntilOff();
  }

  /** Restarts it from inside, as `reboot` does, and waits until it lets the operator in again. */
  async reboot(): Promise<void> {
    const before = this.leader;
    await this.exec('systemctl reboot', { reject: false });
    const deadline = performance.now() + BOOT_LIMIT_MS;
    while (this.leader === before && performance.now() < deadline) await sleep(100);
    await this.waitUntilUp();
  }

  /** Cuts its power: every process is gone at once. */
  async cut(): Promise<void> {
    killAll(this.#cgroups().flatMap(processesUnder));
    await this.#waitUntilOff();
  }

  /** Pulls its network cable. */
  async unplug(): Promise<void> {
    await this.#cable('down');
  }

  async plug(): Promise<void> {
    await this.#cable('up');
  }

  /** From now on only the other hosts reach it, not the controller: as a server behind a jump host. */
  async hide(): Promise<void> {
    await execa('ip', ['-n', this.namespace, 'route', 'add', 'blackhole', this.#controller()]);
  }

  /** The controller reaches it again. */
  async show(): Promise<void> {
    await execa('ip', ['-n', this.namespace, 'route', 'del', 'blackhole', this.#controller()]);
  }

  /** Makes its link slow in both directions; without a figure it is fast again. */
  async slowDown(kbitPerSecond?: number): Promise<void> {
    const ends: [namespace: string, device: string][] = [
      [controllerNamespace(this.#fleet), cableOf(this.#index)],
      [this.namespace, 'eth0'],
    ];
    for (const [namespace, device] of ends) {
      const at = ['-n', namespace, 'qdisc'];
      await execa('tc', [...at, 'del', 'dev', device, 'root'], { reject: false });
      if (kbitPerSecond === undefined) continue;
      // A token bucket: every kernel has it, which cannot be said of netem. Delay is the proxy's business.
      const bucket = ['rate', `${kbitPerSecond}kbit`, 'burst', '32kbit', 'latency', '400ms'];
      await execa('tc', [...at, 'add', 'dev', device, 'root', 'tbf', ...bucket]);
    }
  }

  /** The console's last lines and the journal's, for diagnosis; never rejects. */
  async console(lines = 40): Promise<string> {
    const text = await readFile(this.consoleLog, 'utf8').catch(() => '(no console)');
    const journal = await this.exec(`journalctl --no-pager -n ${lines}`, { reject: false }).catch(
      () => ({ stdout: '(no journal: it is off)' }),
    );
    return `${text.split('\n').slice(-lines).join('\n')}\n${journal.stdout}`;
  }

  /** The files are looked at first: a hundred hosts that are asked by processes would boot the slower for it. */
  async #isUp(): Promise<boolean> {
    const run = `/proc/${this.leader}/root/run`;
    if (!existsSync(`${run}/sshd`) || existsSync(`${run}/nologin`)) return false;
    const greeting = `exec 3<>/dev/tcp/${this.address}/22 && read -t 2 line <&3`;
    const controller = controllerNamespace(this.#fleet);
    const { failed } = await execa('ip', ['netns', 'exec', controller, 'bash', '-c', greeting], {
      reject: false,
      timeout: 5_000,
    });
    return !failed;
  }

  async #cable(state: 'up' | 'down'): Promise<void> {
    const cable = cableOf(this.#index);
    await execa('ip', ['-n', controllerNamespace(this.#fleet), 'link', 'set', cable, state]);
  }

  async #waitUntilOff(): Promise<void> {
    const deadline = performance.now() + BOOT_LIMIT_MS;
    while (this.leader !== undefined || this.#isHeld()) {
      if (performance.now() > deadline) throw new Error(`${this.name} does not switch off`);
      await sleep(50);
    }
  }

  /** Whether nspawn still holds the disk. */
  #isHeld(): boolean {
    return this.#loop !== undefined && existsSync(`/proc/${this.#loop}`);
  }

  #controller(): string {
    return `${controllerAddress(this.#fleet)}/32`;
  }

  #cgroups(): string[] {
    return fleetCgroups(this.#fleet).map(path => join(path, this.name));
  }
}
