import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  clockFile,
  configFile,
  current,
  runtimeDirectory,
  stateDirectory,
  user,
} from './namespace.ts';
import { speed } from './speed.ts';

const notifySocket = '/run/systemd/notify';
/** RestartSec of the unit. */
const restartMs = 10_000 / speed;

/** How the agent's process uses the machine. */
export interface Usage {
  readonly pid: number;
  readonly descriptors: number;
  /** MB of 1,000,000 bytes. */
  readonly anonymous: number;
}

/** The agent under what stands in for systemd: started again whenever it ends, its children killed with it. */
export class Service implements AsyncDisposable {
  /** What it wrote, for the journal. */
  readonly lines: string[] = [];
  /** What systemd heard. */
  readonly notified: string[] = [];
  /** How its processes ended. */
  readonly ends: string[] = [];
  #child: ChildProcess | undefined;
  #listener: ChildProcess | undefined;
  #stopping = false;

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get journal(): string {
    return this.lines.join('\n');
  }

  async start(): Promise<void> {
    await this.listen();
    this.#launch();
  }

  /** Begins to hear what the agent reports. */
  async listen(): Promise<void> {
    const script =
      '$| = 1; socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, sockaddr_un($ARGV[0])) or die $!; chmod 0666, $ARGV[0]; while (1) { recv(S, $b, 4096, 0); print "$b\\n" }';
    const listener = spawn('perl', ['-MSocket', '-e', script, notifySocket], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#listener = listener;
    listener.stdout.setEncoding('utf8').on('data', (text: string) => this.notified.push(text));
    while (!existsSync(notifySocket)) await sleep(5);
  }

  /** Hears nothing any more: systemd is away, its socket with it where `socket` is gone. */
  deafen(how: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.#listener?.kill(how);
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  closeJournal(): void {
    this.#child?.stdout?.destroy();
  }

  /** Ends it as systemd does, and gives how it ended. */
  async stop(): Promise<string> {
    this.#stopping = true;
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    return this.ends.at(-1) ?? 'not started';
  }

  usage(): Usage {
    const { pid } = this;
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const kibibytes = Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1]);
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    return { pid, descriptors, anonymous: (kibibytes * 1024) / 1e6 };
  }

  /** Every process in this namespace that is neither of the test nor the agent itself, as `pid state command`. */
  others(): string[] {
    const known = [1, this.pid, this.#listener?.pid];
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name) && !known.includes(Number(name)))
      .flatMap(pid => {
        try {
          const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
          const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
          // An init would reap it.
          if (state === 'Z' && parent === '1') return [];
          const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
          return [`${pid} ${state} ${command.slice(0, 80)}`];
        } catch {
          return [];
        }
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.deafen('SIGKILL');
  }

  #launch(): void {
    if (this.#stopping) return;
    // As systemd's RuntimeDirectory= and StateDirectory= do; a start without them fails, and is tried again.
    try {
      for (const directory of [runtimeDirectory, stateDirectory]) {
        mkdirSync(directory, { recursive: true });
        if (statSync(directory).uid !== user.uid) chownSync(directory, user.uid, user.gid);
      }
    } catch (error) {
      this.ends.push(`not started: ${error}`);
      setTimeout(() => this.#launch(), restartMs);
      return;
    }
    const child = spawn(`${current}/homelab-agent`, ['run', '--config', configFile], {
      ...user,
      cwd: '/',
      env: {
        PATH: process.env['PATH'],
        STATE_DIRECTORY: stateDirectory,
        RUNTIME_DIRECTORY: runtimeDirectory,
        NOTIFY_SOCKET: notifySocket,
        WATCHDOG_USEC: '300000000',
        FAULT_CLOCK: clockFile,
        FAULT_SPEED: String(speed),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.lines.push(...text.trimEnd().split('\n'));
      });
    }
    child.on('exit', (code, signal) => {
      this.ends.push(signal ?? `exit code ${code}`);
      // KillMode=control-group.
      for (const other of this.others()) {
        try {
          process.kill(Number(other.split(' ')[0]), 'SIGKILL');
        } catch {
          // It ended by itself meanwhile.
        }
      }
      setTimeout(() => this.#launch(), restartMs);
    });
  }
}
