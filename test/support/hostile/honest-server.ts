import type { ServerChannel } from 'ssh2';
import { places } from '../../../agent/contract/places.ts';
import { sha256 } from '../../../deployer/lib/digest.ts';

/** What a command of the deployer is for. */
export type Purpose = 'facts' | 'outcome' | 'beat' | 'transfer' | 'logs' | 'releases' | 'other';

export function purposeOf(command: string): Purpose {
  if (command.includes('hla:received')) return 'transfer';
  const probe = /\nset -- (facts|outcome|beat) /.exec(command)?.[1];
  if (probe !== undefined) return probe as Purpose;
  if (command.includes('journalctl')) return 'logs';
  return command.includes('--releases') ? 'releases' : 'other';
}

const RUNTIME = /node-v[\d.]+/;
const OLD = '0.0.9-0a0b0c0d';

/** A server in memory that does what it is asked: it has the runtime, and an older release until one is sent. */
export class HonestServer {
  #release = OLD;
  #config = '0'.repeat(64);
  #sums = '';
  #wanted = { release: OLD, config: '0'.repeat(64), sums: '' };

  /** Runs a command that got past the login and sudo. */
  run(channel: ServerChannel, command: string): void {
    const purpose = purposeOf(command);
    if (purpose === 'transfer') {
      channel.resume();
      this.#receive(channel);
      return;
    }
    channel.write(this.answer(command));
    end(channel, 0);
  }

  /** What it says, and leaves it at that. */
  answer(command: string): string {
    switch (purposeOf(command)) {
      case 'facts':
        return this.#facts(command);
      case 'outcome':
      case 'beat':
        return lines(this.#live());
      case 'logs':
        return '2026-01-01T00:00:00+0000 honest homelab-agent[321]: Accepted\n';
      case 'releases':
        return `${this.#release}\tcurrent\t2026-01-01T00:00:00Z\taccepted\n`;
      default:
        return `changed: release ${this.#release}\nresult: changed\n`;
    }
  }

  /** Makes what was asked for last the release that is live. */
  install(): string {
    const { release, config, sums } = this.#wanted;
    [this.#release, this.#config, this.#sums] = [release, config, sums];
    return `changed: release ${release}\nresult: changed\n`;
  }

  #receive(channel: ServerChannel): void {
    // The tar has a length of its own; what is sent ends with the input.
    channel.on('end', () => {
      channel.write(`hla:received\n${this.install()}`);
      end(channel, 0);
    });
  }

  #facts(command: string): string {
    const node = RUNTIME.exec(command)?.[0] ?? 'node-v24.0.0';
    const runtime = `${node}-linux-x64`;
    const [, version, sums, config] =
      /facts bundled (\S+) \S+ '([^']*)' ([0-9a-f]{64})/.exec(unquoted(command)) ?? [];
    const wanted: Record<string, string> = {};
    if (version !== undefined && sums !== undefined && config !== undefined) {
      const release = `${version}-${sha256(`${sums}\n${config}${runtime}`).slice(0, 8)}`;
      this.#wanted = { release, config, sums: `${sums}\n` };
      Object.assign(wanted, { release, runtime });
    }
    return lines({ ...this.#live(runtime), ...wanted });
  }

  #live(runtime = 'node-v24.0.0-linux-x64'): Record<string, string> {
    const now = new Date().toISOString();
    const status = {
      ...{ version: '0.1.0', release: this.#release, config_sha256: this.#config, pid: 321 },
      ...{ started: now, last_attempt: now, last_success: now, last_error: null },
      ...{ last_answer: 'accepted', last_cause: null, interval: 60, collectors: {}, warnings: [] },
      beats: { sent: 10, failed: 0, queued: 0 },
    };
    const { current, config, unit, releases } = places;
    return {
      ...{ arch: 'x64', machine: 'x86_64', libc: 'glibc 2.36' },
      time: String(Math.floor(Date.now() / 1000)),
      space: '50539468 /dev/sda1',
      [`stat:${current}`]: 'symbolic link 777 root:root',
      [`name:${current}`]: `'${current}' -> 'releases/${this.#release}'`,
      [`name:${current}/node`]: `'${current}/node' -> '../../runtime/${runtime}/bin/node'`,
      [`stat:${config}`]: 'regular file 640 root:homelab-agent',
      [`stat:${unit}`]: 'regular file 644 root:root',
      [`sha256:${config}`]: this.#config,
      [`sha256:${unit}`]:
        /^([0-9a-f]{64}) {2}homelab-agent\.service$/m.exec(this.#sums)?.[1] ?? '0',
      [`sha256:${releases}/${this.#release}/SHA256SUMS`]: sha256(this.#sums),
      [`has:${runtime}`]: 'yes',
      ...{ node_runnable: 'yes', intact: 'yes', 'service:LoadState': 'loaded' },
      ...{ 'service:ActiveState': 'active', 'service:UnitFileState': 'enabled' },
      ...{ 'service:MainPID': '321', 'service:NRestarts': '0', 'service:NeedDaemonReload': 'no' },
      status: JSON.stringify(status),
    };
  }
}

export function end(channel: ServerChannel, code: number): void {
  channel.exit(code);
  channel.end();
}

/** The probe's answer. */
function lines(values: Readonly<Record<string, string>>): string {
  const each = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return ['probe=1', ...each, 'end=ok', ''].join('\n');
}

/** A command as the shell of the server would pass it on: quotes that stand inside others are those of an inner shell. */
function unquoted(command: string): string {
  return command.replaceAll(`'\\''`, "'");
}
