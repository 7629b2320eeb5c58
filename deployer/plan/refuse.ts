import type { Arch } from '../release/manifest.ts';
import type { Facts, SpaceFact } from '../remote/facts/facts.ts';
import type { HostPlan } from './plan.ts';

/** glibc that the official Node 24 binaries are linked against. */
const GLIBC = [2, 28] as const;

/** What the server needs on disk, in KiB, rounded up generously; a release is the bundle, its archive and licences. */
const RELEASE_KIB = 12 * 1024;
const RUNTIME_ARCHIVE_KIB = 60 * 1024;
const RUNTIME_KIB = 140 * 1024;

/** Why a server cannot carry the agent at all, before anything is planned; null where it can. */
export function refuseServer(facts: Facts, runtime: 'bundled' | 'system'): string | null {
  if (facts.uid !== 0) {
    return `Expected to work as root, found uid ${facts.uid}: let ansible_become_user be root`;
  }
  if (facts.init !== 'systemd') {
    return `Expected systemd as process 1, found "${facts.init}": the agent is a systemd service`;
  }
  if (facts.missing.length > 0) {
    return `Expected the commands ${facts.missing.join(', ')} on the server, found none of them: install them there first`;
  }
  return runtime === 'bundled' ? refuseRuntime(facts) : null;
}

function refuseRuntime(facts: Facts): string | null {
  const mend = 'or set homelab_agent_runtime: system where the server has its own Node >= 22.19';
  if (architectureOf(facts) === null) {
    const found =
      facts.bits === 32 ? `${facts.architecture} with a 32-bit system` : facts.architecture;
    return `Expected a 64-bit x86_64 or aarch64 server, found ${found}: use a 64-bit image, ${mend}`;
  }
  const [, major, minor] = /^glibc (\d+)\.(\d+)/.exec(facts.libc ?? '') ?? [];
  const old = Number(major) < GLIBC[0] || (Number(major) === GLIBC[0] && Number(minor) < GLIBC[1]);
  if (major === undefined || old) {
    return `Expected glibc ${GLIBC.join('.')} or newer, found ${facts.libc ?? 'another C library'}: use a newer system, ${mend}`;
  }
  return null;
}

/** The runtime's architecture for a server; null where there is no official Node 24 for it. */
export function architectureOf(facts: Facts): Arch | null {
  if (facts.bits === 32) return null;
  if (facts.architecture === 'x86_64') return 'x64';
  return facts.architecture === 'aarch64' || facts.architecture === 'arm64' ? 'arm64' : null;
}

/** Why what has to be sent does not fit on the server's disk; null where it does. */
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
