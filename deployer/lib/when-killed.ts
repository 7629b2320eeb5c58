import type { ResultPromise } from 'execa';

/**
 * Stops waiting for the output of a program that a signal has ended, such as at a time limit or Ctrl-C: what it had
 * started may hold that open for as long as it likes.
 */
export function closeWhenKilled<T extends Pick<ResultPromise, 'nodeChildProcess'>>(child: T): T {
  const { nodeChildProcess: started } = child;
  started.once('exit', (_code, signal) => {
    if (signal === null) return;
    started.stdout?.destroy();
    started.stderr?.destroy();
  });
  return child;
}
