/**
 * Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first.
 *
 * Not that of node:timers/promises, which makes an error with its stack each time that it is ended early: in a beat
 * that is each file system and each request.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
