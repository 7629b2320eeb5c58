import type { Context } from '../context.ts';
import { ListrView } from './listr-view.ts';
import { plainView } from './plain-view.ts';
import type { View } from './view.ts';

export interface ViewOptions {
  readonly check: boolean;
  /** Clear the progress lines at the end: for a terminal where the recap repeats them. */
  readonly clear: boolean;
}

/** Narrower than this, or of no width at all (a pty in CI), lines cannot be redrawn in place. */
const NARROW = 40;

/** Moving lines on a terminal, plain ones elsewhere; `CI` and a dumb terminal count as elsewhere. */
export function chooseView(
  hosts: readonly string[],
  { stderr, env }: Pick<Context, 'stderr' | 'env'>,
  options: ViewOptions,
): View {
  const terminal = stderr.isTTY === true && (stderr.columns ?? 0) >= NARROW;
  const moving = terminal && !env['CI'] && env['TERM'] !== 'dumb';
  if (!moving) return plainView(stderr, options);
  const view = new ListrView(hosts, stderr, options);
  view.start();
  return view;
}
