import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { noFleet } from '../support/machine.ts';
import { DemoFailure } from './demo-failure.ts';
import { demoFleet } from './demo-fleet.ts';
import { demoLocal } from './demo-local.ts';

const USAGE = `Shows the whole job on eleven real servers, all on this machine (Debian 12, as root).

  npm run demo              boot, push, look, push again, take down
  npm run demo -- --keep    leave the servers up afterwards
  npm run demo -- --arm64   pi-1 is an arm64 server, as a Raspberry Pi is (emulated: minutes more)
`;

const home = fileURLToPath(new URL('../..', import.meta.url));
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => interrupt.abort(new Error(`Interrupted by ${signal}`)));
}

const { values } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    arm64: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help === true) process.stdout.write(USAGE);
else process.exit(await main());

async function main(): Promise<number> {
  const context = {
    home,
    out: process.stdout,
    signal: interrupt.signal,
    keep: values.keep,
    arm64: values.arm64,
  };
  try {
    const lack = noFleet();
    if (lack === undefined) await demoFleet(context);
    else await demoLocal(context, lack);
    return 0;
  } catch (error) {
    if (interrupt.signal.aborted) {
      process.stderr.write('Interrupted; what was booted is taken down\n');
      return 130;
    }
    const known = error instanceof DemoFailure;
    const text = known ? error.message : String((error as Error).stack ?? error);
    process.stderr.write(`\nThe demo failed: ${text}\n`);
    return 1;
  }
}
