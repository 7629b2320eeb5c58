import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that happens by itself, such as a request's arrival; gives up with `what` after 30 s. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited 30 s in vain: ${what}`);
    await sleep(2);
  }
}
