import { places } from '../../../../agent/contract/places.ts';
import { sha256 } from '../../../../deployer/lib/digest.ts';
import { readTar } from '../../../../deployer/lib/tar.ts';
import type { ExecOptions, ExecResult } from '../../../../deployer/ssh/transport.ts';

/** The configuration of every server, unless told. */
export const CONFIG = 'hub_url: "http://hub:8080"\n';
/** The artifact that engine tests speak of: one unit, one bundle. */
export const UNIT = '[Service]\n';
export const SUMS = `${sha256(UNIT)}  homelab-agent.service\n${sha256('bundle')}  homelab-agent.mjs\n`;
export const VERSION = '0.1.0';
export const NODE = '24.21.0';
export const RUNTIME = `node-v${NODE}-linux-x64`;

/** The GUID of the hub's own agent on a server. */
export const HUBS_GUID = '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0';

/** What the hub's own agent was set to, as the probe says it. */
export function hubsAgent(serverId: string): string[] {
  return [
    `set:server_id=${serverId}`,
    'set:api_token=yes',
    `set:server_guid=${HUBS_GUID}`,
    'list:monitored_services=',
    'item:monitored_services=ssh',
    'item:monitored_services=dbus',
    'set:mode=readwrite',
  ];
}

/** What stands on a server that runs nothing of ours yet, as the probe prints it. */
export function bareAnswer(over: Readonly<Record<string, string>> = {}): string {
  const lines = {
    arch: 'x64',
    machine: 'x86_64',
    libc: 'glibc 2.36',
    time: '1767225600',
    space: '50539468 /dev/sda1',
    'service:LoadState': 'not-found',
    'service:ActiveState': 'inactive',
    'service:MainPID': '0',
    ...over,
  };
  return [
    'Welcome to nas-1, end=ok',
    'probe=1',
    ...Object.entries(lines).map(([name, value]) => `${name}=${value}`),
    'end=ok',
  ].join('\n');
}

/** What stands on a server where `release` is live with this configuration. */
export function liveAnswer(
  release: string,
  config: string,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const status = {
    version: VERSION,
    release,
    config_sha256: sha256(config),
    pid: 321,
    started: '2026-01-01T00:00:00.000Z',
    last_attempt: '2026-01-01T00:10:00.000Z',
    last_success: '2026-01-01T00:10:00.000Z',
    last_error: null,
    last_answer: 'accepted',
    last_cause: null,
    interval: 60,
    beats: { sent: 10, failed: 0, queued: 0 },
    collectors: {},
    warnings: [],
    ...more,
  };
  const { current, config: configFile, unit } = places;
  return bareAnswer({
    [`stat:${current}`]: 'symbolic link 777 root:root',
    [`name:${current}`]: `'${current}' -> 'releases/${release}'`,
    [`name:${current}/node`]: `'${current}/node' -> '../../runtime/${RUNTIME}/bin/node'`,
    [`stat:${configFile}`]: 'regular file 640 root:homelab-agent',
    [`stat:${unit}`]: 'regular file 644 root:root',
    [`sha256:${configFile}`]: sha256(config),
    [`sha256:${unit}`]: sha256(UNIT),
    [`sha256:${places.releases}/${release}/SHA256SUMS`]: sha256(SUMS),
    [`has:${RUNTIME}`]: 'yes',
    node_runnable: 'yes',
    intact: 'yes',
    'service:LoadState': 'loaded',
    'service:ActiveState': 'active',
    'service:UnitFileState': 'enabled',
    'service:MainPID': '321',
    'service:NRestarts': '0',
    'service:NeedDaemonReload': 'no',
    status: JSON.stringify(status),
  });
}

/** An answer to who asked which release this configuration makes. */
export function wanting(
  answer: string,
  config: string,
  runtime = answer.includes('\narch=arm64\n') ? RUNTIME.replace('x64', 'arm64') : RUNTIME,
): string {
  const release = `release=${releaseFor(config, runtime)}`;
  return answer.replace(/\nend=ok$/, `\nruntime=${runtime}\n${release}\nend=ok`);
}

/** The name of a release of this configuration; any that differs where the configuration or the runtime does. */
export function releaseFor(config: string, runtime = RUNTIME): string {
  return `${VERSION}-${sha256(`${SUMS}${config}${runtime}`).slice(0, 8)}`;
}

/** Whether a command only waits for the first heartbeat. */
export function waitsForBeat(command: string): boolean {
  return /^set -- beat \S+ \d+\n/.test(command);
}

/** What a server does with a transfer: by default it installs it, as the real installer would say. */
export type Install = (members: Map<string, string>, options: ExecOptions) => Promise<ExecResult>;

/** A server in memory: it answers the probe with what stands on it, and takes a transfer. */
export class FakeServer {
  answer: string;
  /** Thrown by connect instead of a connection. */
  refuses: Error | null = null;
  install: Install;
  /** Once everything has arrived: says so and installs. */
  accepts: Install;
  /** Configurations whose release it can name. */
  readonly #configs: readonly string[];
  /** Of the status after an installation, what differs from that of an accepted heartbeat. */
  status: Readonly<Record<string, unknown>> = {};
  /** What was done to it, in order: `connect`, `probe`, `transfer a b`, `beat`, `close`. */
  readonly log: string[] = [];

  constructor(answer: string, configs: readonly string[] = [CONFIG]) {
    this.answer = answer;
    this.#configs = configs;
    this.install = async members => {
      const config = members.get('config.yaml') ?? '';
      this.answer = liveAnswer(releaseFor(config), config, this.status);
      return { code: 0, stdout: 'changed: release\nresult: changed\n', stderr: '' };
    };
    this.accepts = async (members, options) => {
      await options.onLine?.('hla:received');
      const ended = await this.install(members, options);
      for (const line of ended.stdout.split('\n')) await options.onLine?.(line);
      return ended;
    };
  }

  async exec(command: string, options: ExecOptions): Promise<ExecResult> {
    if (!command.includes('hla:received')) {
      this.log.push(waitsForBeat(command) ? 'beat' : 'probe');
      // The digest of the wanted configuration is among the arguments of the probe.
      const config = this.#configs.find(text => command.includes(sha256(text)));
      const stdout = config === undefined ? this.answer : wanting(this.answer, config);
      return { code: 0, stdout, stderr: '' };
    }
    // The transfer's own arguments: bytes of the tar, the artifact in it, the runtime behind it.
    const [, bytes, , tail] = / sh \S+ (\d+) (\S+) (\S+) \S+ --/.exec(command) ?? [];
    const members = await readMembers(options, Number(bytes));
    const names = [...members.keys(), ...(tail === "''" ? [] : [`then ${tail}`])];
    this.log.push(`transfer ${names.join(' ')}`);
    return this.accepts(members, options);
  }
}

async function readMembers({ stdin }: ExecOptions, bytes: number): Promise<Map<string, string>> {
  if (stdin === undefined || typeof stdin === 'string' || Buffer.isBuffer(stdin)) {
    throw new Error('Expected a stream on standard input');
  }
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  const members = await Array.fromAsync(readTar(Buffer.concat(chunks).subarray(0, bytes)));
  return new Map(members.map(({ name, body }) => [name, Buffer.from(body).toString()]));
}
