import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusalsOf } from '../../support/hub-validation.ts';
import type { AgentFault } from './agent-fault.ts';
import { runtimeDirectory, stateDirectory } from './namespace.ts';
import type { Usage } from './service.ts';
import { interval } from './speed.ts';
import type { World } from './world.ts';

/** A machine under load delays the test as well as the agent. */
const slackMs = 10_000;
/** Beats that are timed after the recovery. */
const timed = 3;
const attempts = 4;
/** MB by which the anonymous memory may differ: what a reload needs leaves gaps in V8's heap. `npm run soak` finds leaks. */
const memorySlack = 6;
/** Intervals until the heap has been collected once for sure. */
const collected = 32;
const linesMost = 60;

export interface Before {
  readonly usage: Usage;
  readonly failed: readonly string[];
  readonly lines: number;
  readonly connections: number;
}

/** The agent at work, before anything is wrong. */
export async function lookBefore(world: World): Promise<Before> {
  const usage = await calmUsage(world);
  const { lines } = world.service;
  return {
    usage,
    failed: failedCollectors(world),
    lines: lines.length,
    connections: world.front.connections,
  };
}

/** Waits for the recovery, and checks everything that has to hold after any fault. Returns in a word how it ended. */
export async function judge(world: World, fault: AgentFault, before: Before): Promise<string> {
  const { service, hub } = world;
  const live = world.live.length;
  await within(world, (fault.recovers ?? 3) * interval + slackMs, 'a beat after the fault', () => {
    const last = hub.beats.at(-1)?.body;
    return world.live.length > live && last !== undefined && (fault.recovered?.(last) ?? true);
  });
  await within(world, 4 * interval + slackMs, 'the collectors as before, and a status', () => {
    const failed = failedCollectors(world).filter(name => !before.failed.includes(name));
    return failed.length === 0 && world.status.last_error === null;
  });
  await checkTimes(world);
  checkBeats(world, fault);
  const restarted = service.pid !== before.usage.pid;
  if (restarted && fault.restart === undefined)
    throw new Error(`It ended: ${service.ends}\n${said(world)}`);
  if (!restarted && fault.restart === 'must') throw new Error('Expected another process');
  await checkUsage(world, fault, before.usage);
  checkJournal(world, before);
  const ended = await service.stop();
  if (ended !== 'exit code 0') throw new Error(`At SIGTERM it ended with ${ended}`);
  const left = [runtimeDirectory, stateDirectory]
    .filter(path => existsSync(path))
    .flatMap(path => readdirSync(path));
  const temporary = left.filter(name => name.endsWith('.new'));
  if (temporary.length > 0 && !restarted) throw new Error(`Left behind: ${temporary}`);
  return restarted ? 'restarted' : 'same process';
}

/** The beats after the recovery keep to their interval; a machine under load gets several tries. */
async function checkTimes(world: World): Promise<void> {
  let gaps: number[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const from = world.live.length;
    await within(world, 2 * timed * interval + slackMs, `${timed} beats`, () => {
      return world.live.length > from + timed;
    });
    const arrivals = world.live.slice(-timed - 1).map(({ at }) => Date.parse(at));
    gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
    const median = gaps.toSorted((one, other) => one - other)[Math.floor(timed / 2)] ?? 0;
    if (Math.abs(median - interval) < interval / 10) return;
  }
  throw new Error(`Expected a beat every ${interval} ms, found ${gaps}`);
}

function checkBeats({ hub, status }: World, fault: AgentFault): void {
  // The hub checks each by the contract's schema.
  const invalid = hub.requests.find(
    ({ answer, body }) => answer === 422 && refusalsOf(body).length,
  );
  if (invalid !== undefined) throw new Error(`Invalid: ${JSON.stringify(invalid.body)}`);
  if (fault.beats === 'may be missed') return;
  const replayed = new Set(
    hub.beats.flatMap(({ body }) => ('agent_version' in body ? [] : body.timestamp)),
  );
  const { failed, queued } = status.beats;
  // A reload may end an attempt, which is no failure: its beat comes later as well.
  if (replayed.size < failed || queued > 0) {
    throw new Error(`Of ${failed} missed beats ${replayed.size} came later, ${queued} are queued`);
  }
}

async function checkUsage(world: World, fault: AgentFault, before: Usage): Promise<void> {
  const slack = fault.memory ?? memorySlack;
  let found = '';
  for (let waited = 0; waited <= collected; waited += 2) {
    const after = await calmUsage(world);
    found = differences({ before, after, slack }, world.service.others());
    if (found === '') return;
    await sleep(2 * interval);
  }
  throw new Error(found);
}

function differences(
  { before, after, slack }: { before: Usage; after: Usage; slack: number },
  others: readonly string[],
): string {
  const more = after.anonymous - before.anonymous;
  return [
    ...(more > slack ? [`Memory grew by ${more.toFixed(1)} MB`] : []),
    ...(after.descriptors > before.descriptors
      ? [`Descriptors: ${before.descriptors} before, ${after.descriptors} after`]
      : []),
    ...others.map(other => `Another process: ${other}`),
  ].join('; ');
}

/** The least of several looks: between two beats nothing is open. */
async function calmUsage({ service }: World): Promise<Usage> {
  let least = service.usage();
  for (let look = 0; look < 8; look++) {
    await sleep(interval / 8);
    const now = service.usage();
    if (now.pid !== least.pid) least = now;
    least = {
      pid: now.pid,
      descriptors: Math.min(least.descriptors, now.descriptors),
      anonymous: Math.min(least.anonymous, now.anonymous),
    };
  }
  return least;
}

function checkJournal({ service }: World, before: Before): void {
  const fault = service.lines.find(line =>
    /Fault in the agent|Heartbeat failed|^\s+at /.test(line),
  );
  if (fault !== undefined) throw new Error(`A fault of ours: ${fault}`);
  const more = service.lines.length - before.lines;
  if (more > linesMost) throw new Error(`${more} lines for the journal`);
}

function failedCollectors(world: World): string[] {
  try {
    const entries = Object.entries(world.status.collectors);
    return entries.flatMap(([name, { ok }]) => (ok ? [] : name));
  } catch {
    return ['no status'];
  }
}

/** Waits for something that has to happen by itself. */
export async function within(
  world: World,
  ms: number,
  what: string,
  condition: () => boolean,
): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) {
      const beats = `${world.hub.beats.length} beats`;
      throw new Error(`Waited ${ms} ms in vain for ${what}, ${beats}:\n${said(world)}`);
    }
    await sleep(10);
  }
}

/** The journal's last lines. */
function said({ service }: World): string {
  return service.lines.slice(-40).join('\n');
}
