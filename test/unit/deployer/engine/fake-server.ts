import { planHost } from '../../../../deployer/plan/plan-host.ts';
import { sha256 } from '../../../../deployer/release/digest.ts';
import { layout } from '../../../../deployer/release/layout.ts';
import { readTar } from '../../../../deployer/release/tar.ts';
import { parseFacts } from '../../../../deployer/remote/facts/parse-facts.ts';
import type { ExecOptions, ExecResult } from '../../../../deployer/remote/transport/transport.ts';

/** The artifact that engine tests speak of: one unit, one bundle. */
export const UNIT = '[Service]\n';
export const SUMS = `${sha256(UNIT)}  homelab-agent.service\n${sha256('bundle')}  homelab-agent.mjs\n`;
export const VERSION = '0.1.0';
export const NODE = '24.21.0';

/** What stands on a server that runs nothing of ours yet, as the probe prints it. */
export function bareAnswer(over: Readonly<Record<string, string>> = {}): string {
  const lines = {
    uid: '0',
    architecture: 'x86_64',
    bits: '64',
    libc: 'glibc 2.36',
    init: 'systemd',
    hostname: 'nas-1',
    time: '1767225600',
    ...over,
  };
  return [
    'Welcome to nas-1, and mind the step',
    ...Object.entries(lines).map(([name, value]) => `hla:${name} ${value}`),
    'hla:section space',
    'Filesystem     1024-blocks    Used Available Capacity Mounted on',
    `/dev/sda1         61611820 7912345  ${over['free'] ?? '50539468'}      14% /`,
    `/dev/sda1         61611820 7912345  ${over['free'] ?? '50539468'}      14% /`,
    'hla:section unit',
    'LoadState=not-found',
    'ActiveState=inactive',
    'MainPID=0',
    'hla:end ok',
  ].join('\n');
}

/** What stands on a server where `release` is live with this configuration. */
export function liveAnswer(release: string, config: string): string {
  const status = {
    version: VERSION,
    release,
    pid: 321,
    started: '2026-01-01T00:00:00.000Z',
    last_attempt: '2026-01-01T00:10:00.000Z',
    last_success: '2026-01-01T00:10:00.000Z',
    last_error: null,
    interval: 60,
    beats: { sent: 10, failed: 0, queued: 0 },
  };
  const node = `node-v${NODE}-linux-x64`;
  return [
    bareAnswer().replace(/hla:section unit\n.*/s, ''),
    'hla:section stat',
    `${layout.current}|777|root:root|'${layout.current}' -> 'releases/${release}'`,
    `${layout.current}/node|777|root:root|'${layout.current}/node' -> '../../runtime/${node}/bin/node'`,
    `${layout.config}|640|root:homelab-agent|'${layout.config}'`,
    `${layout.unit}|644|root:root|'${layout.unit}'`,
    'hla:section digests',
    `${sha256(config)}  ${layout.config}`,
    `${sha256(UNIT)}  ${layout.unit}`,
    `${sha256(SUMS)}  ${layout.releases}/${release}/SHA256SUMS`,
    `hla:runtime ${layout.runtimes}/${node}/bin/node`,
    'hla:node runnable',
    'hla:intact yes',
    'hla:section unit',
    'LoadState=loaded',
    'ActiveState=active',
    'SubState=running',
    'UnitFileState=enabled',
    'MainPID=321',
    'NRestarts=0',
    'NeedDaemonReload=no',
    `hla:status ${JSON.stringify(status)}`,
    'hla:end ok',
  ].join('\n');
}

/** The name of the release that a bare server would get. */
export function releaseFor(config: string): string {
  const wanted = { version: VERSION, sums: SUMS, nodeVersion: NODE, config } as const;
  const plan = planHost(parseFacts(bareAnswer()), { ...wanted, runtime: 'bundled' });
  if (plan.kind !== 'plan') throw new Error(plan.reason);
  return plan.release;
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
  /** What was done to it, in order: `connect`, `probe`, `transfer a b`, `close`. */
  readonly log: string[] = [];

  constructor(answer: string) {
    this.answer = answer;
    this.install = async members => {
      const config = members.get('config.yaml') ?? '';
      this.answer = liveAnswer(releaseFor(config), config);
      return { code: 0, stdout: 'changed: release\nresult: changed\n', stderr: '' };
    };
    this.accepts = async (members, options) => {
      options.onStdout?.(Buffer.from('hla:received\n'));
      return this.install(members, options);
    };
  }

  async exec(command: string, options: ExecOptions): Promise<ExecResult> {
    if (!command.includes('hla:received')) {
      this.log.push('probe');
      return { code: 0, stdout: this.answer, stderr: '' };
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
