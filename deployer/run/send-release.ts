import { Overdue, sendTransfer } from '../apply/send-transfer.ts';
import type { Transfer } from '../apply/transfer.ts';
import { transferBytes } from '../apply/transfer-stream.ts';
import { AnswerTooLong, ConnectionLost } from '../ssh/errors.ts';
import type { Connection, ExecResult } from '../ssh/transport.ts';
import type { Begun } from './confirm-outcome.ts';
import type { Emit } from './events.ts';
import { gateMs, type Job } from './job.ts';
import { UNTOUCHED } from './result.ts';

interface SendWatch {
  readonly signal: AbortSignal;
  readonly emit: Emit;
  /** Called with the bytes that have been sent so far. */
  onSent(bytes: number): void;
}

/**
 * Sends a transfer to one server and waits for its installer, with an event for each step. `lost` if the connection was
 * lost, or Ctrl-C ended it, after the last byte was sent: only the server knows how that ended. Throws as sendTransfer
 * does.
 */
export async function sendRelease(
  connection: Connection,
  transfer: Transfer,
  job: Job,
  { signal, emit, onSent }: SendWatch,
): Promise<ExecResult | Pick<Begun, 'lost'>> {
  const host = job.name;
  const total = transferBytes(transfer);
  let activating = false;
  let sentBytes = 0;
  emit({ kind: 'phase', host, phase: 'sending', text: `sends ${size(total)}` });
  try {
    return await sendTransfer(connection, transfer, {
      gateMs: gateMs(job),
      signal,
      onActivating: () => {
        activating = true;
        emit({ kind: 'phase', host, phase: 'activating', text: 'activates' });
      },
      onChange: text => emit({ kind: 'change', host, text }),
      onProgress: sent => {
        sentBytes = sent;
        onSent(sent);
        emit({ kind: 'progress', host, sent, total });
      },
    });
  } catch (error) {
    if (!activating && sentBytes < total) throw error;
    const isLost = error instanceof ConnectionLost || error instanceof Overdue;
    if (isLost || error instanceof AnswerTooLong) {
      const without = { outcome: 'unreachable', reason: error.message } as const;
      return { lost: { accepted: activating, without } };
    }
    if (!signal.aborted || error !== signal.reason) throw error;
    return { lost: { accepted: activating, without: { outcome: 'skipped', reason: UNTOUCHED } } };
  }
}

function size(bytes: number): string {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
