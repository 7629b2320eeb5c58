import { hostname, userInfo } from 'node:os';
import type { Context } from '../context.ts';

/** Who runs the program, for the journals of the servers: `anna@desk`. */
export function operator({ env }: Pick<Context, 'env'>): string {
  const user = env['SUDO_USER'] ?? env['USER'] ?? env['LOGNAME'] ?? accountName();
  return `${user}@${hostname()}`.replaceAll(/[^\w.@-]/g, '_');
}

/** A container may run under a number that no account has. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}
