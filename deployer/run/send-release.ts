import { Overdue, sendTransfer } from '../apply/send-transfer.ts';
import type { Transfer } from '../apply/transfer.ts';
import { transferBytes } from '../apply/transfer-stream.ts';
import { AnswerTooLong, ConnectionLost } from '../ssh/errors.ts';
import type { Connection, ExecResult } from '../ssh/transport.ts';
import type { Begun } from './confirm-outcome.ts';
import type { Emit } from './events.ts';
import { gateMs, type Job } from './job.ts';

interface SendWatch {
  readonly signal: AbortSignal;
  readonly emit: Emit;
  /** Called with the bytes that have been sent so far. */
  onSent(bytes: number): void;
}

/**
 * Sends a transfer to one server and waits for its installer, with an event for each step. `lost` if the connection was
 * lost after the last byte was sent: only the server knows how that ended. Throws as sendTransfer does.
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
    const ended =
      error instanceof ConnectionLost || error instanceof AnswerTooLong || error instanceof Overdue;
    if (!ended || (!activating && sentBytes < total)) throw error;
    return { lost: { error, accepted: activating } };
  }
}

function size(bytes: number): string {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
