import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Running } from '../../support/running.ts';
import type { Random } from '../random.ts';
import type { Cause } from './causes.ts';
import { live, type Phase, type PushInView, untilBegun } from './phases.ts';
import type { Release } from './releases.ts';
import { claimOf, codeOf, type Report, reportOf } from './report.ts';
import { type ServerState, stateAtRest } from './server-state.ts';
import { pushArguments, type Server, type Servers } from './servers.ts';

/**
 * Pushes the other release to a server, lets something happen at a moment of a phase, and checks what is left: exactly
 * the old or the new release, running, nothing else, the report true, and the next push agrees. Returns which it was.
 */
export async function interruptedPush(
  servers: Servers,
  phase: Phase,
  cause: Cause,
  random: Random,
): Promise<string> {
  return await servers.lend(cause.fillsDisk === true, async server => {
    const { host, live: old } = server;
    const wanted = phase.isBroken ? servers.releases.broken : nextAfter(old, servers);
    await host.slowDown(phase.kbitPerSecond);
    const root = `/proc/${host.leader}/root`;
    const before = live(root);
    const run = new Running(servers.fleet, 'push', '--json', ...pushArguments(host.name, wanted));
    const push = { run, host, root, before };
    try {
      const hasHappened = await happen(push, phase, cause, random);
      const report = await reportOf(run);
      await host.slowDown();
      const ended = await leftBehind(server, [old, wanted], cause);
      checkReport(report, ended.version === wanted.version ? 'new' : 'old', cause);
      if (phase.isBroken) assert.equal(ended.version, old.version);
      await servers.converge(server, phase.isBroken ? old : wanted);
      return hasHappened ? (ended.version === wanted.version ? 'new' : 'old') : 'too late';
    } catch (error) {
      throw await explained(error, push);
    }
  });
}

export function nextAfter(live: Release, { releases: { good } }: Servers): Release {
  return good[(good.indexOf(live) + 1) % good.length] ?? good[0];
}

/** Returns whether it happened before the push had ended. */
async function happen(
  push: PushInView,
  phase: Phase,
  cause: Cause,
  random: Random,
): Promise<boolean> {
  const delay = random.next() * phase.lengthMs;
  if (!(await untilBegun(phase, push))) return false;
  await Promise.race([sleep(delay), push.run.ended]);
  const isOver = await Promise.race([push.run.ended.then(() => true), sleep(0, false)]);
  if (isOver) return false;
  await cause.happen(push, random);
  await push.run.ended;
  return true;
}

/** Before the next push: one of the releases, whole, and nothing else but what a host that was stopped may keep. */
async function leftBehind(
  { host }: Server,
  known: readonly Release[],
  { stopsHost = false }: Cause,
): Promise<ServerState> {
  const isAccepted = (problem: string): boolean =>
    stopsHost && /^Left behind: \/(opt|etc)\//.test(problem);
  const state = await stateAtRest(host, known, isAccepted);
  assert.deepEqual(state.problems, []);
  return state;
}

function checkReport(
  { code, host }: Report,
  ended: 'old' | 'new',
  { isSilent = false, interrupts = false }: Cause,
): void {
  if (host === null) {
    if (isSilent) return;
    // Before it knew its servers.
    assert.deepEqual([interrupts, code, ended], [true, 130, 'old'], 'It ended without a report');
    return;
  }
  const claim = claimOf(host);
  const found = `${host.outcome}: ${host.reason}`;
  assert.ok(claim === ended || claim === 'unknown', `Reported ${found}; the ${ended} one is live`);
  const codes = [codeOf(host), ...(interrupts ? [130] : [])];
  assert.ok(codes.includes(code ?? -1), `Reported ${found}; the exit code is ${code}`);
}

/** The error with what the push and the server said. */
async function explained(error: unknown, { run, host }: PushInView): Promise<Error> {
  const message = error instanceof Error ? error.message : String(error);
  const journal = await host
    .exec(
      'journalctl -t homelab-deploy -o short-iso --no-pager -n 4; journalctl -u homelab-agent -o short-iso --no-pager -n 12; ls -lA /opt/homelab-agent',
      { reject: false },
    )
    .catch(() => ({ stdout: '(it is off)' }));
  const said = [run.stderr, run.stdout.slice(0, 1_500), journal.stdout].map(text => text.trim());
  return new Error([`${message} (on ${host.name})`, ...said].join('\n'), { cause: error });
}
