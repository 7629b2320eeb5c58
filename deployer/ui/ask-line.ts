import { createInterface } from 'node:readline/promises';
import type { Context } from '../context.ts';
import { UserError } from '../lib/errors.ts';

/**
 * Asks for one line, again until `parse` accepts it: its RangeError says what is wrong. Throws the signal's reason at
 * Ctrl-C, and UserError (exit code 130) at the end of input.
 */
export async function askLine<T>(
  { stdin, stderr, signal }: Pick<Context, 'stdin' | 'stderr' | 'signal'>,
  question: string,
  parse: (line: string) => T,
): Promise<T> {
  for (;;) {
    // Not in raw mode: Ctrl-C stays a signal.
    const asking = createInterface({ input: stdin, output: stderr, terminal: false });
    const ended = Promise.withResolvers<never>();
    const onEnd = (): void => {
      stderr.write('\n');
      ended.reject(new UserError('Interrupted at a question', { exitCode: 130 }));
    };
    asking.once('close', onEnd);
    try {
      const line = await Promise.race([asking.question(question, { signal }), ended.promise]);
      return parse(line.trim());
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      stderr.write(`  ${error.message}\n`);
    } finally {
      asking.off('close', onEnd).close();
    }
  }
}
