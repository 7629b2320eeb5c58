import { hostname } from 'node:os';
import type { Context } from '../context.ts';

/** Who works here, for the journals of the servers: `anna@desk`. */
export function operator({ env }: Pick<Context, 'env'>): string {
  const user = env['SUDO_USER'] ?? env['USER'] ?? env['LOGNAME'] ?? 'somebody';
  return `${user}@${hostname()}`.replaceAll(/[^\w.@-]/g, '_');
}
