import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { fleetCgroups, killAll, processesUnder } from './fleet-cgroups.ts';
import { controllerNamespace, fleetName } from './fleet-names.ts';

/**
 * Ends every process of a fleet and removes its mounts, namespaces, control groups and disks; missing ones are ignored.
 */
export async function removeFleet(
  fleet: number,
  owner: { disks: string; hosts: string[] } | undefined,
): Promise<void> {
  await endProcesses(fleet);
  for (const mount of mountsUnder(owner?.disks)) await tryRun('umount', ['--lazy', mount]);
  for (const namespace of await namespacesOf(fleet))
    await tryRun('ip', ['netns', 'del', namespace]);
  await rm(`/etc/netns/${controllerNamespace(fleet)}`, { recursive: true, force: true });
  for (const root of fleetCgroups(fleet)) await removeTree(root);
  for (const host of owner?.hosts ?? []) {
    const propagate = `/run/systemd/nspawn/propagate/${fleetName(fleet)}-${host}`;
    await rm(propagate, { recursive: true, force: true });
  }
  if (owner !== undefined) await rm(owner.disks, { recursive: true, force: true });
}

async function endProcesses(fleet: number): Promise<void> {
  const controller = await execa('ip', ['netns', 'pids', controllerNamespace(fleet)], {
    reject: false,
  });
  killAll(controller.stdout.split('\n').filter(Boolean).map(Number));
  for (let round = 0; round < 50; round++) {
    const left = fleetCgroups(fleet).flatMap(processesUnder);
    if (left.length === 0) return;
    killAll(left);
    await sleep(100);
  }
}

/** A control group's files cannot be deleted, its empty directories can: the deepest first. */
async function removeTree(cgroup: string): Promise<void> {
  if (!existsSync(cgroup)) return;
  for (const entry of await readdir(cgroup, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(join(cgroup, entry.name));
  }
  await rmdir(cgroup).catch(() => {});
}

/** Mount points below a directory, the last mounted first. */
function mountsUnder(directory: string | undefined): string[] {
  if (directory === undefined) return [];
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .filter(mount => mount.startsWith(`${directory}/`))
    .reverse();
}

async function namespacesOf(fleet: number): Promise<string[]> {
  const prefix = `${fleetName(fleet)}-`;
  if (!existsSync('/run/netns')) return [];
  return (await readdir('/run/netns')).filter(name => name.startsWith(prefix));
}

async function tryRun(program: string, args: string[]): Promise<void> {
  await execa(program, args, { reject: false });
}
