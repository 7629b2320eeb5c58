import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that happens by itself, such as a request's arrival; gives up with `what` after 10 s. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited 10 s in vain: ${what}`);
    await sleep(2);
  }
}
