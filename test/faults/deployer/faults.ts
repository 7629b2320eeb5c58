import type { Fault, FaultGroup } from '../fault.ts';
import type { Cause } from './causes.ts';
import * as causes from './causes.ts';
import { interruptedPush } from './interrupted-push.ts';
import { PHASES, type Phase } from './phases.ts';
import { playBeside, secondPush } from './pushes-beside.ts';
import { Servers } from './servers.ts';

/** Two cores carry no more at a time without holding each other up. */
const AT_ONCE = 3;
const TIMES = 6;

/** At each phase of a push. */
const EVERYWHERE: readonly Cause[] = [
  causes.kill,
  causes.interrupt,
  causes.interruptTwice,
  causes.linkCut,
  causes.sessionKilled,
  causes.powerCut,
];

/** What may happen to a push, at each of its phases. */
export async function deployerFaults(): Promise<FaultGroup> {
  const servers = await Servers.start(5);
  const faults = EVERYWHERE.flatMap(cause =>
    Object.values(PHASES).map(phase => fault(servers, phase, cause)),
  );
  for (const phase of [PHASES.switch, PHASES.gate]) {
    faults.push(fault(servers, phase, causes.reboot));
  }
  const { upload, staging, switch: switching, gate, recovery } = PHASES;
  for (const phase of [upload, staging, switching, gate, recovery]) {
    faults.push(fault(servers, phase, causes.fullDisk));
  }
  for (const brings of ['same', 'old'] as const) {
    faults.push(
      {
        name: `second push at the same time: the ${brings} release`,
        expected: 'one or the other',
        times: TIMES,
        run: random => secondPush(servers, brings, random),
      },
      {
        name: `site.yml beside it: the ${brings} release`,
        expected: 'one or the other',
        times: TIMES,
        run: random => playBeside(servers, brings, random),
      },
    );
  }
  return {
    faults,
    atOnce: AT_ONCE,
    [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose](),
  };
}

function fault(servers: Servers, phase: Phase, cause: Cause): Fault {
  return {
    name: `${cause.name}: ${phase.name}`,
    expected: phase.isBroken ? 'old' : 'old or new',
    times: TIMES,
    run: random => interruptedPush(servers, phase, cause, random),
  };
}
