import { createInterface } from 'node:readline/promises';
import type { Context } from '../context.ts';
import { UserError } from '../lib/errors.ts';

/** Whether somebody can be asked: both the question and the answer have a terminal. */
export function isTerminal({ stdin, stderr }: Pick<Context, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Asks a question that only "y" or "yes" answers with yes; Ctrl-C answers it with the signal's reason. */
export async function confirm(
  { stdin, stderr, signal }: Pick<Context, 'stdin' | 'stderr' | 'signal'>,
  question: string,
): Promise<boolean> {
  // Not in raw mode: Ctrl-C stays a signal.
  const asking = createInterface({ input: stdin, output: stderr, terminal: false });
  try {
    const answer = await asking.question(`${question} [y/N] `, { signal });
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    asking.close();
  }
}

/** For what cannot be undone: asks on a terminal, and requires `--yes` without one. */
export async function confirmOrRefuse(
  context: Context,
  question: string,
  yes: boolean | undefined,
): Promise<boolean> {
  if (yes) return true;
  requireTerminal(context, question);
  return confirm(context, question);
}

/** Throws UserError if the question cannot be asked. */
export function requireTerminal(context: Context, question: string): void {
  if (isTerminal(context)) return;
  throw new UserError(`Not a terminal, pass --yes: ${question} Nothing was touched`);
}
