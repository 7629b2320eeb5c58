import type { Context } from '../context.ts';
import type { View } from './view.ts';

/**
 * Reports at the first Ctrl-C what happens next; only for commands that change servers. Ends with the run.
 * `isActivating`: whether something has begun that is finished.
 */
export function announceInterrupt(
  { stderr, signal }: Pick<Context, 'stderr' | 'signal'>,
  view: View,
  isActivating: () => boolean,
): Disposable {
  const announce = (): void => {
    void view.hold(async () => {
      const finishes = isActivating() ? 'what is being activated finishes, ' : '';
      stderr.write(`Interrupted: ${finishes}nothing new begins; once more to stop at once\n`);
    });
  };
  signal.addEventListener('abort', announce, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', announce) };
}
