import { places } from '../../agent/contract/places.ts';
import type { Facts } from './facts.ts';
import type { HostPlan } from './plan.ts';

/** What the server needs on disk, in KiB, rounded up generously; a release is the bundle, its archive and licences. */
const RELEASE_KIB = 12 * 1024;
const RUNTIME_KIB = 140 * 1024;

/** Why what has to be sent does not fit on the server's disk; null if it does. */
export function refuseSpace({ space }: Facts, send: HostPlan['send']): string | null {
  const neededKiB =
    RELEASE_KIB + (send.artifact ? RELEASE_KIB : 0) + (send.runtime ? RUNTIME_KIB : 0);
  if (space === null || space.freeKiB >= neededKiB) return null;
  return `Expected ${megabytes(neededKiB)} MB free for ${places.base} on ${space.filesystem}, found ${megabytes(space.freeKiB)} MB: make room there first`;
}

function megabytes(kib: number): number {
  return Math.floor((kib * 1024) / 1e6);
}
