import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../support/lock.ts';
import { FLEET_LIMIT, REGISTRY, registryDir } from './fleet-names.ts';
import { removeFleet } from './fleet-teardown.ts';

/** Who a fleet belongs to, kept in its directory so that a dead one is recognised. */
export interface FleetOwner {
  pid: number;
  /** Start of that process in clock ticks after boot: a reused pid is another process. */
  started: string;
  /** A machine that was restarted has none of what its fleets were made of. */
  bootId: string;
  /** A fleet that is meant to outlive the process that started it. */
  keep: boolean;
  /** Where the hosts' disks are. */
  disks: string;
  hosts: string[];
}

/** Reserves a free number and removes fleets whose owner has ended. */
export async function claimFleet(
  owner: Pick<FleetOwner, 'keep' | 'hosts'> & { disksUnder: string },
): Promise<{ fleet: number; disks: string }> {
  await mkdir(REGISTRY, { recursive: true, mode: 0o755 });
  return await withLock(`${REGISTRY}.lock`, async () => {
    await removeStale();
    const fleet = firstFree(await registered());
    const disks = join(owner.disksUnder, String(fleet));
    await mkdir(registryDir(fleet), { mode: 0o755 });
    await writeOwner(fleet, { ...self(), keep: owner.keep, hosts: owner.hosts, disks });
    return { fleet, disks };
  });
}

/** Removes one fleet, even of another process. */
export async function releaseFleet(fleet: number): Promise<void> {
  await removeFleet(fleet, readOwner(fleet));
  await rm(registryDir(fleet), { recursive: true, force: true });
}

/** Numbers of the fleets that stand, those of dead owners too. */
export async function registered(): Promise<number[]> {
  if (!existsSync(REGISTRY)) return [];
  return (await readdir(REGISTRY)).filter(name => /^\d+$/.test(name)).map(Number);
}

export function readOwner(fleet: number): FleetOwner | undefined {
  try {
    return JSON.parse(readFileSync(join(registryDir(fleet), 'owner.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

async function removeStale(): Promise<void> {
  for (const fleet of await registered()) {
    if (isStale(readOwner(fleet))) await releaseFleet(fleet);
  }
}

function isStale(owner: FleetOwner | undefined): boolean {
  if (owner === undefined || owner.bootId !== bootId()) return true;
  if (owner.keep) return false;
  return startOf(owner.pid) !== owner.started;
}

function self(): Pick<FleetOwner, 'pid' | 'started' | 'bootId'> {
  return { pid: ownPid(), started: startOf(ownPid()) ?? '', bootId: bootId() };
}

function ownPid(): number {
  return Number(readFileSync('/proc/self/stat', 'utf8').split(' ', 1)[0]);
}

/**
 * Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and parentheses:
 * `4242 (node) S 1 4242 4242 0 -1 4194304 … 1234567 …`
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function firstFree(taken: number[]): number {
  for (let fleet = 0; fleet < FLEET_LIMIT; fleet++) if (!taken.includes(fleet)) return fleet;
  throw new Error(`All ${FLEET_LIMIT} fleets are taken; see ${REGISTRY}`);
}

async function writeOwner(fleet: number, owner: FleetOwner): Promise<void> {
  await writeFile(join(registryDir(fleet), 'owner.json'), JSON.stringify(owner));
}
