import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { FakeServer } from '../ssh/fake-server.ts';
import { SshLab } from '../ssh/ssh-lab.ts';
import type { Usage } from './report-usage.ts';
import type { ServerMode } from './server-mode.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PRELOADS = ['fast-timers.ts', 'report-usage.ts'].flatMap(name => [
  '--import',
  join(import.meta.dirname, name),
]);

/** The sudo password: it is never to be seen. */
export const SUDO_PASSWORD = 'hostile-sudo-5f1c';
/** The hub's key, likewise. */
export const API_KEY = 'hostile-key-77ab';
export const VAULT_PASSWORD = 'hostile-vault-09fe';

export interface DeployRun {
  readonly code: number | undefined;
  /** Ended by the time limit of the test alone. */
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Missing where it was killed. */
  readonly usage: Usage | undefined;
}

/** A host of the fleet: a server on loopback, and variables. */
export interface HostileHost {
  readonly mode: ServerMode;
  readonly vars?: Readonly<Record<string, unknown>>;
}

/** SSH servers on loopback that behave in their own ways, and an inventory of them. */
export class HostileFleet implements AsyncDisposable {
  readonly names: readonly string[];
  readonly #lab: SshLab;

  private constructor(lab: SshLab, names: readonly string[]) {
    this.#lab = lab;
    this.names = names;
  }

  /** `hubUrl` is that of every host that does not name another. */
  static async start(
    hosts: Readonly<Record<string, HostileHost>>,
    hubUrl: string,
  ): Promise<HostileFleet> {
    const lab = await SshLab.open();
    await lab.key('host');
    const hostKeys = [await readFile(lab.path('host'), 'utf8')];
    const entries: Record<string, unknown> = {};
    for (const [name, { mode, vars }] of Object.entries(hosts)) {
      const server = await FakeServer.start({ ...mode, hostKeys });
      lab.defer(() => server[Symbol.asyncDispose]());
      await lab.trust(`[127.0.0.1]:${server.port} ${await lab.publicKey('host')}`);
      entries[name] = { ansible_port: server.port, ...vars };
    }
    const vars = {
      ansible_host: '127.0.0.1',
      ansible_user: 'anna',
      ansible_become_password: SUDO_PASSWORD,
      ansible_ssh_common_args: `-F ${lab.path('config')}`,
      homelab_agent_hub_url: hubUrl,
      homelab_agent_api_key: API_KEY,
      homelab_agent_gate_seconds: 0,
    };
    await lab.write('inventory.yaml', JSON.stringify({ all: { hosts: entries, vars } }));
    await lab.write('vault', VAULT_PASSWORD);
    return new HostileFleet(lab, Object.keys(hosts));
  }

  /** Where the deployer's home, its caches and its temporary files are. */
  get directory(): string {
    return this.#lab.dir;
  }

  /** Runs homelab-deploy on this inventory; `interruptMs` sends it a Ctrl-C after so long. */
  async run(
    args: readonly string[],
    options: { timeoutMs: number; interruptMs?: number },
  ): Promise<DeployRun> {
    const usageFile = this.#lab.path('usage.json');
    await writeFile(usageFile, '');
    const began = performance.now();
    const child = execa(process.execPath, [...PRELOADS, join(ROOT, 'deployer/main.ts'), ...args], {
      cwd: this.#lab.dir,
      env: {
        PATH: process.env['PATH'],
        HOME: this.#lab.dir,
        TMPDIR: this.#lab.dir,
        HOSTILE_USAGE: usageFile,
        ANSIBLE_VAULT_PASSWORD_FILE: this.#lab.path('vault'),
      },
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: 64_000_000,
      stripFinalNewline: false,
    });
    const { interruptMs } = options;
    const timer =
      interruptMs === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), interruptMs);
    const { exitCode, signal, stdout, stderr, timedOut } = await child;
    clearTimeout(timer);
    const usage = await readFile(usageFile, 'utf8');
    return {
      // As a shell gives it.
      code: signal === 'SIGINT' ? 130 : exitCode,
      timedOut,
      stdout,
      stderr,
      seconds: (performance.now() - began) / 1000,
      usage: usage === '' ? undefined : JSON.parse(usage),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lab[Symbol.asyncDispose]();
  }
}

/** What is wrong with what a run printed, whatever it ran into; empty if nothing is. */
export function flaws({ code, timedOut, stdout, stderr }: DeployRun): string[] {
  const all = `${stdout}${stderr}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\ufeff]/.exec(all);
  return [
    ...(timedOut ? ['it does not end'] : []),
    ...(timedOut || (code !== undefined && [0, 1, 2, 3, 4, 130].includes(code))
      ? []
      : [`exit code ${code}`]),
    ...(obeyed === null ? [] : [`prints U+${obeyed[0].charCodeAt(0).toString(16)}`]),
    ...(/A fault in homelab-deploy|^ {4}at /m.test(all) ? ['a fault of its own'] : []),
    ...([SUDO_PASSWORD, API_KEY, VAULT_PASSWORD].some(secret => all.includes(secret))
      ? ['prints a secret']
      : []),
    // A journal may have 48 KiB in each of the lines that were asked for, of each server.
    ...(all.length > 64_000_000 ? [`prints ${all.length} characters`] : []),
  ];
}
