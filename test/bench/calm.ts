import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOKS = 60;
const LOOK_MS = 1_000;
const IDLE = 0.85;

/**
 * Waits until this machine has little left to do, for a minute at most: an agent goes on working for a while after its
 * start, and what is measured next would pay for it.
 */
export async function calm(): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const before = times();
    await sleep(LOOK_MS);
    const after = times();
    if ((after.idle - before.idle) / (after.all - before.all) > IDLE) return;
  }
}

function times(): { idle: number; all: number } {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return { idle, all };
}
