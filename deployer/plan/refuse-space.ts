import type { Facts, SpaceFact } from './facts.ts';
import type { HostPlan } from './plan.ts';

/** What the server needs on disk, in KiB, rounded up generously; a release is the bundle, its archive and licences. */
const RELEASE_KIB = 12 * 1024;
const RUNTIME_ARCHIVE_KIB = 60 * 1024;
const RUNTIME_KIB = 140 * 1024;

/** Why what has to be sent does not fit on the server's disk; null if it does. */
export function refuseSpace(facts: Facts, send: HostPlan['send']): string | null {
  const release = RELEASE_KIB;
  const installed = release + (send.runtime ? RUNTIME_KIB : 0);
  const transfer = (send.artifact ? release : 0) + (send.runtime ? RUNTIME_ARCHIVE_KIB : 0);
  const { install, temporary } = facts.space;
  const together = install?.filesystem === temporary?.filesystem;
  return (
    short('/opt/homelab-agent', install, together ? installed + transfer : installed) ??
    short('/var/tmp', temporary, transfer)
  );
}

function short(path: string, space: SpaceFact | null, neededKiB: number): string | null {
  if (space === null || space.freeKiB >= neededKiB) return null;
  return `Expected ${megabytes(neededKiB)} MB free for ${path} on ${space.filesystem}, found ${megabytes(space.freeKiB)} MB: make room there first`;
}

function megabytes(kib: number): number {
  return Math.floor((kib * 1024) / 1e6);
}
