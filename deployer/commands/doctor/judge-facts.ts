import { warningLine } from '../../../agent/contract/warnings.ts';
import type { Facts } from '../../plan/facts.ts';
import { olderRuntime } from '../../run/agent-state.ts';
import { type Finding, fail, pass, warn } from './finding.ts';

/** Seconds; a heartbeat from the future hides later ones on the hub, and one from the past looks old. */
const CLOCK_TOLERANCE = 30;

export interface Judging {
  /** The Node of the runtime that this build brings. */
  readonly nodeVersion: string;
  /** This machine's clock in milliseconds since 1970. */
  readonly now: number;
  /** The command that shows the server's journal. */
  readonly logs: string;
}

/** What a server's facts say about a push to it. What a push itself sets right is worth knowing, and no more. */
export function judgeFacts(facts: Facts, { nodeVersion, now, logs }: Judging): Finding[] {
  return [
    ...fitness(facts),
    ...facts.storageFaults.map(fail),
    space(facts),
    clock(facts, now),
    ...installed(facts, logs),
    ...runtimeAge(facts, nodeVersion),
    ...(facts.formerAgent !== null
      ? [
          warn(
            `Another agent is in place (${facts.formerAgent}): the first push takes over from it`,
          ),
        ]
      : []),
    ...(facts.activating ? [warn('An installation is under way, or was cut off')] : []),
  ];
}

/** The hub's own key on a server that the inventory gives another credential (`wanted`: that it gives the key). */
export function hubKey({ settings }: Pick<Facts, 'settings'>, wanted: boolean): Finding[] {
  if (wanted || settings?.values.has('api_key') !== true) return [];
  return [warn("Its configuration still has the hub's own key: push replaces it")];
}

function fitness({ problems, machine, libc }: Facts): Finding[] {
  if (problems.length > 0) return problems.map(fail);
  return [pass(`${machine}, ${libc ?? 'another C library'}, systemd`)];
}

function space({ freeKiB, full }: Facts): Finding {
  if (full !== null) return fail(full);
  return pass(freeKiB === null ? 'Free space unknown' : `${Math.floor(freeKiB / 1_000)} MB free`);
}

function clock(facts: Facts, now: number): Finding {
  const off = facts.time - now / 1_000;
  const words = `${Math.abs(off).toFixed(0)} s ${off < 0 ? 'behind' : 'ahead'}`;
  if (Math.abs(off) <= CLOCK_TOLERANCE) return pass('Clock agrees with this machine');
  return fail(
    `Expected the clock within ${CLOCK_TOLERANCE} s of this machine's, found it ${words}`,
  );
}

function runtimeAge(facts: Facts, nodeVersion: string): Finding[] {
  const older = olderRuntime(facts, nodeVersion);
  if (older === null) return [];
  return [
    warn(`The agent runs on Node ${older}, this build brings ${nodeVersion}: push updates it`),
  ];
}

function installed({ current, service, intact, status }: Facts, logs: string): Finding[] {
  if (current === null) return [pass('No agent of ours yet')];
  return [
    service.active === 'active'
      ? pass(`${current} runs`)
      : warn(
          `${current} is installed, its service is ${service.active}: push starts it; why it stopped: "${logs}"`,
        ),
    ...(status?.last_answer === 'refused'
      ? [fail(`The hub refuses its heartbeats: ${status.last_error}`)]
      : []),
    ...(intact ? [] : [warn(`Files of ${current} were changed: push restores them`)]),
    ...(status?.warnings ?? []).map(warning => warn(warningLine(warning))),
  ];
}
