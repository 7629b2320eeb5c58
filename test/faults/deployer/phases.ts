import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { places } from '../../../agent/contract/places.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';
import type { Running } from '../../support/running.ts';

/** A part of a push, at any moment of which something may happen. */
export interface Phase {
  readonly name: string;
  /** How long it usually lasts, in milliseconds. */
  readonly lengthMs: number;
  /** Whether the release that is pushed does not become ready, so that the old one is restored. */
  readonly isBroken?: boolean;
  /** A link so slow that the phase lasts long enough. */
  readonly kbitPerSecond?: number;
  /** Whether it has begun. */
  hasBegun(push: PushInView): boolean;
}

/** What can be seen of a push while it runs. */
export interface PushInView {
  readonly run: Running;
  readonly host: FleetHost;
  /** The host's file system from outside, while its PID 1 lives. */
  readonly root: string;
  /** The release that was live before. */
  readonly before: string;
}

export const PHASES = {
  connect: { name: 'connect', lengthMs: 250, hasBegun: isConnected },
  facts: { name: 'facts', lengthMs: 300, hasBegun: runsSudo },
  upload: { name: 'upload', lengthMs: 700, kbitPerSecond: 1_500, hasBegun: said(/: sends /) },
  staging: { name: 'staging', lengthMs: 500, hasBegun: said(/: activates$/m) },
  switch: { name: 'switch', lengthMs: 400, hasBegun: there(`${places.base}/.activating`) },
  gate: { name: 'health check', lengthMs: 2_500, hasBegun: hasSwitched },
  recovery: { name: 'recovery', lengthMs: 1_000, isBroken: true, hasBegun: isRestoring },
  beat: { name: 'first heartbeat', lengthMs: 1_200, hasBegun: said(/: asks again over a new/) },
} as const satisfies Record<string, Phase>;

/** Waits until a phase has begun; returns whether it has before the push ended. */
export async function untilBegun(phase: Phase, push: PushInView): Promise<boolean> {
  let isOver = false;
  void push.run.ended.then(() => {
    isOver = true;
  });
  while (!phase.hasBegun(push)) {
    if (isOver) return false;
    await sleep(4);
  }
  return true;
}

function said(pattern: RegExp): Phase['hasBegun'] {
  return ({ run }) => pattern.test(run.stderr);
}

function there(path: string): Phase['hasBegun'] {
  return ({ root }) => existsSync(join(root, path));
}

/**
 * Somebody has connected to port 22. From /proc/PID/net/tcp, where 01 is an established connection:
 * `   1: 0A0012C6:0016 010012C6:D2F0 01 00000000:00000000 …`
 */
function isConnected({ root }: PushInView): boolean {
  return /:0016 \w+:\w+ 0[13] /.test(read(join(root, 'proc/1/net/tcp')));
}

function runsSudo({ root }: PushInView): boolean {
  const processes = readdirSync(join(root, 'proc')).filter(name => /^\d+$/.test(name));
  return processes.some(pid => read(join(root, 'proc', pid, 'comm')) === 'sudo\n');
}

function hasSwitched({ root, before }: PushInView): boolean {
  return live(root) !== before;
}

/** The old link is back in its place, and the rest is on its way. */
function isRestoring({ root, before }: PushInView): boolean {
  const isActivating = existsSync(join(root, places.activating));
  return isActivating && live(root) === before && !isLink(join(root, `${places.current}.old`));
}

/** The name of the release that is live below a root; empty while it is not to be seen. */
export function live(root: string): string {
  try {
    return basename(readlinkSync(join(root, places.current)));
  } catch {
    return '';
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Empty for a process that has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
