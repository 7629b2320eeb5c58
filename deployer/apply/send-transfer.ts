import { plain } from '../../agent/contract/plain-text.ts';
import { lineReader } from '../lib/line-reader.ts';
import type { Connection, ExecResult } from '../ssh/transport.ts';
import { RECEIVED, type Transfer } from './transfer.ts';
import { transferStream } from './transfer-stream.ts';

/** Unpacking, restarts and rolling back on a slow card, beside the gate itself. */
const ACTIVATION_MS = 5 * 60_000;

export interface SendOptions {
  /** How long the gate may wait, in milliseconds. */
  readonly gateMs: number;
  /** Stops the upload; once the server has everything it finishes by itself, and this waits for it. */
  readonly signal: AbortSignal;
  onActivating(): void;
  onChange(text: string): void;
  onProgress(sent: number): void;
}

/** The server is still activating after the time limit. */
export class Overdue extends Error {
  override name = 'Overdue';
}

/**
 * Sends a transfer and waits for the installer's end. Throws the transport's errors, Overdue, and the signal's reason.
 */
export async function sendTransfer(
  connection: Connection,
  transfer: Transfer,
  { gateMs, signal, onActivating, onChange, onProgress }: SendOptions,
): Promise<ExecResult> {
  const upload = new AbortController();
  const interrupt = (): void => upload.abort(signal.reason);
  signal.addEventListener('abort', interrupt, { once: true });
  let deadline: NodeJS.Timeout | undefined;
  const onLine = (line: string): void => {
    if (line === RECEIVED) {
      signal.removeEventListener('abort', interrupt);
      deadline = setTimeout(() => upload.abort(new Overdue()), gateMs + ACTIVATION_MS);
      onActivating();
    } else if (line.startsWith('changed: ')) {
      onChange(plain(line.slice('changed: '.length)));
    }
  };
  try {
    return await connection.exec(transfer.command, {
      sudo: true,
      stdin: transferStream(transfer, onProgress),
      onStdout: lineReader(onLine),
      signal: upload.signal,
      // A slow link may take as long as it needs, if something passes. After that the shorter limit above counts.
      stallMs: gateMs + 2 * ACTIVATION_MS,
    });
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', interrupt);
  }
}
