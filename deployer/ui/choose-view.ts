import type { Context } from '../context.ts';
import { listrView } from './listr-view.ts';
import { plainView } from './plain-view.ts';
import type { View } from './view.ts';

/** Moving lines on a terminal, plain ones elsewhere; `CI` and a dumb terminal count as elsewhere. */
export function chooseView(
  hosts: readonly string[],
  { stderr, env }: Pick<Context, 'stderr' | 'env'>,
  options: { check: boolean },
): View {
  const moving = stderr.isTTY === true && !env['CI'] && env['TERM'] !== 'dumb';
  return moving ? listrView(hosts, stderr, options) : plainView(stderr, options);
}
