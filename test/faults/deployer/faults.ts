import type { Fault, FaultGroup } from '../fault.ts';
import type { Cause } from './causes.ts';
import * as causes from './causes.ts';
import { interruptedPush } from './interrupted-push.ts';
import { PHASES, type Phase } from './phases.ts';
import { playBeside, secondPush } from './pushes-beside.ts';
import { Servers } from './servers.ts';

/** Two cores carry no more at a time without holding each other up. */
const AT_ONCE = 3;

/** At each phase of a push. */
const EVERYWHERE: readonly Cause[] = [
  causes.kill,
  causes.interrupt,
  causes.interruptTwice,
  causes.linkCut,
  causes.sessionKilled,
  causes.powerCut,
];

/** What may happen to a push, at each of its phases, on so many servers and one with a small disk. */
export async function deployerFaults(count = 5): Promise<FaultGroup> {
  const servers = await Servers.start(count);
  const { upload, staging, switch: switching, gate, recovery } = PHASES;
  const at = (cause: Cause, times: number, ...phases: Phase[]): Fault[] =>
    phases.map(phase => ({
      name: `${cause.name}: ${phase.name}`,
      expected: phase.isBroken ? 'old' : 'old or new',
      times,
      run: random => interruptedPush(servers, phase, cause, random),
    }));
  const beside = (['same', 'old'] as const).flatMap((brings): Fault[] => [
    {
      name: `second push at the same time: the ${brings} release`,
      expected: 'one of the two',
      times: 10,
      run: random => secondPush(servers, brings, random),
    },
    {
      name: `site.yml beside it: the ${brings} release`,
      expected: 'one of the two',
      times: 6,
      run: random => playBeside(servers, brings, random),
    },
  ]);
  return {
    faults: [
      ...EVERYWHERE.flatMap(cause => at(cause, 5, ...Object.values(PHASES))),
      ...at(causes.reboot, 6, switching, gate),
      ...at(causes.fullDisk, 6, upload, staging, switching, gate, recovery),
      ...beside,
    ],
    atOnce: AT_ONCE,
    [Symbol.asyncDispose]: () => servers[Symbol.asyncDispose](),
  };
}
