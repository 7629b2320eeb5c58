import { join } from 'node:path';
import type { Context } from '../context.ts';

/** Where this program keeps what it remembers between runs, by the XDG base directory specification. */
export function stateDirectory({ env, home }: Pick<Context, 'env' | 'home'>): string {
  const xdg = env['XDG_STATE_HOME'];
  return join(xdg?.startsWith('/') ? xdg : join(home, '.local', 'state'), 'homelab-deploy');
}
