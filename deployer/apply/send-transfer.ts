import { plain } from '../../agent/contract/plain-text.ts';
import type { Connection, ExecResult } from '../ssh/transport.ts';
import { RECEIVED, type Transfer } from './transfer.ts';
import { transferBytes, transferStream } from './transfer-stream.ts';

/** Unpacking, restarts and rolling back on a slow card, beside the gate itself. */
const ACTIVATION_MS = 5 * 60_000;
/** The slowest link that a transfer is sent over, in bytes a second. */
const SLOWEST = 2_000;
/** The installer says a line for each thing that it changes, and some of the journal. */
const MAX_REPORT = 1024 * 1024;

export interface SendOptions {
  /** How long the gate may wait, in milliseconds. */
  readonly gateMs: number;
  /** Stops the upload; once the server has everything it finishes by itself, and this waits for it. */
  readonly signal: AbortSignal;
  /** The installer changes nothing: the signal ends it at any time. */
  readonly check?: boolean;
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
  { gateMs, signal, check = false, onActivating, onChange, onProgress }: SendOptions,
): Promise<ExecResult> {
  const upload = new AbortController();
  const interrupt = (): void => upload.abort(signal.reason);
  signal.addEventListener('abort', interrupt, { once: true });
  let deadline: NodeJS.Timeout | undefined;
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    if (line === RECEIVED) {
      if (!check) signal.removeEventListener('abort', interrupt);
      clearTimeout(deadline);
      deadline = setTimeout(() => upload.abort(new Overdue()), gateMs + ACTIVATION_MS);
      onActivating();
    } else if (line.startsWith('changed: ')) {
      onChange(plain(line.slice('changed: '.length)));
    }
  };
  // A slow link may take as long as it needs, if something passes. After that the shorter limit above counts.
  const stallMs = gateMs + 2 * ACTIVATION_MS;
  try {
    const result = await connection.exec(transfer.command, {
      sudo: true,
      stdin: transferStream(transfer, onProgress),
      onLine,
      maxBytes: MAX_REPORT,
      signal: upload.signal,
      stallMs,
      timeoutMs: stallMs + (transferBytes(transfer) / SLOWEST) * 1_000,
    });
    return { ...result, stdout: lines.join('\n') };
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', interrupt);
  }
}
