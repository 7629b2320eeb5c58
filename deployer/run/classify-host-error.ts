import { plainLines } from '../../agent/contract/plain-text.ts';
import { Overdue } from '../apply/send-transfer.ts';
import { UserError } from '../lib/errors.ts';
import {
  ConnectionLost,
  HostKeyRefused,
  TransportError,
  type UnknownHostKey,
  Unreachable,
} from '../ssh/errors.ts';
import { ProbeFailed } from './read-facts.ts';

/** Why there is no result for a server. */
export interface HostError {
  readonly outcome: 'unreachable' | 'failed';
  readonly reason: string;
}

/** Keeps the stack of a fault of this program and gives the reason to show for the server. */
export type RecordFault = (host: string, fault: unknown) => string;

/**
 * Classifies an error on one server, with its message. A fault of this program is that server's failure as well: it
 * never ends the work on others. What a server said may stand in the message: it leaves without control characters.
 * Throws a UserError that ends the whole run: Ctrl-C at a question.
 */
export function classifyHostError(
  host: string,
  error: unknown,
  recordFault: RecordFault,
): HostError {
  if (error instanceof Unreachable || error instanceof ConnectionLost) {
    return { outcome: 'unreachable', reason: plainLines(error.message) };
  }
  if (error instanceof Overdue) {
    const reason = `The installer on ${host} gave no result in time, and may still be at work: see "homelab-deploy status ${host}"`;
    return { outcome: 'unreachable', reason };
  }
  if (error instanceof UserError && error.exitCode === 130) throw error;
  if (error instanceof HostKeyRefused && error.unknown !== undefined) {
    return { outcome: 'failed', reason: plainLines(unknownKeyReason(error.unknown)) };
  }
  const known =
    error instanceof TransportError || error instanceof ProbeFailed || error instanceof UserError;
  const reason = known ? error.message : recordFault(host, error);
  return { outcome: 'failed', reason: plainLines(reason) };
}

/** Short, as on a first evening it stands beside every server. */
function unknownKeyReason({ server, key }: UnknownHostKey): string {
  return `The host key of ${server} is not known: found ${key}. "homelab-deploy init -i INVENTORY" lists all such keys and records them, without a terminal with --accept-host-keys`;
}
