import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Fleet } from '../fleet/fleet.ts';
import type { RunResult } from '../fleet/fleet-run.ts';

const MAIN = join(import.meta.dirname, '../../deployer/bin.mjs');

/** Of a host in `push --json`, what tests look at. */
export interface HostReport {
  readonly host: string;
  readonly outcome: string;
  readonly release: string | null;
  readonly reason: string | null;
  readonly sent_bytes: number;
  readonly gap_seconds: number | null;
  readonly steps: { what: string; text: string }[];
  readonly changes: string[];
  readonly journal: string[];
  readonly diff: string | null;
  readonly beat: { answer: string; reason: string | null; cause: string | null } | null;
}

/** The command line that runs homelab-deploy from its sources. */
export function deployArgv(args: readonly string[]): string[] {
  return [process.execPath, MAIN, ...args];
}

/** An emulated server takes minutes for its first installation. */
const PATIENCE_MS = 600_000;

/** Runs homelab-deploy where it reaches the fleet's servers; a failure is a result. */
export async function deploy(fleet: Fleet, ...args: string[]): Promise<RunResult> {
  return await fleet.run(deployArgv(args), { reject: false, timeout: PATIENCE_MS });
}

/** Runs `push --json` and gives its exit code with the hosts' reports. */
export async function pushJson(
  fleet: Fleet,
  ...args: string[]
): Promise<{ code: number | undefined; hosts: HostReport[]; stderr: string }> {
  const { stdout, stderr, exitCode } = await deploy(fleet, 'push', '--json', ...args);
  assert.notEqual(stdout, '', stderr);
  const report: { exit_code: number; hosts: HostReport[] } = JSON.parse(stdout);
  assert.equal(report.exit_code, exitCode);
  return { code: exitCode, hosts: report.hosts, stderr };
}

/** systemd's view of the agent on a host. */
export async function mainPid(fleet: Fleet, host: string): Promise<number> {
  const { stdout } = await fleet.host(host).exec('systemctl show -p MainPID --value homelab-agent');
  return Number(stdout);
}

/** The release that is live on a host, by its link. */
export async function liveRelease(fleet: Fleet, host: string): Promise<string> {
  const { stdout } = await fleet
    .host(host)
    .exec('basename "$(readlink /opt/homelab-agent/current)"');
  return stdout;
}
