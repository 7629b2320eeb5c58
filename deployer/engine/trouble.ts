import { ConnectionLost, TransportError, Unreachable } from '../remote/transport/errors.ts';
import { ProbeFailed } from './probe-host.ts';

/** Why nothing came of a server. */
export interface Trouble {
  readonly outcome: 'unreachable' | 'failed';
  readonly reason: string;
}

/** How an error of the way to a server counts, and in which words; what is no such error is a fault of ours and is thrown on. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ProbeFailed) return { outcome: 'failed', reason: error.message };
  if (!(error instanceof TransportError)) throw error;
  const away = error instanceof Unreachable || error instanceof ConnectionLost;
  return { outcome: away ? 'unreachable' : 'failed', reason: error.message };
}
