import type { Context } from '../context.ts';
import { ListrView } from './listr-view.ts';
import { plainView } from './plain-view.ts';
import type { View } from './view.ts';

export interface ViewOptions {
  readonly check: boolean;
  /** Clear the progress lines at the end, because the recap repeats them on a terminal. */
  readonly clear: boolean;
}

/** Narrower than this, or of no width at all (a pty in CI), lines cannot be redrawn in place. */
const NARROW = 40;

/** Lines redrawn in place on a terminal; plain ones elsewhere, with `CI` set, and on a dumb terminal. */
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
