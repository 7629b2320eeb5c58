import { spawn } from 'node:child_process';
import type { DemoContext } from './demo-context.ts';
import { DemoFailure } from './demo-failure.ts';

/**
 * Shows a command line, runs it with its progress on the screen, and answers with what it wrote to stdout, which is
 * shown as well. Rejects when it fails. `shown` stands for `argv` on the screen.
 */
export async function showCommand(
  { out, home, signal }: DemoContext,
  shown: string,
  argv: string[],
): Promise<string> {
  out.write(`\n$ ${shown}\n`);
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
  // It hears Ctrl-C itself; this is for a signal that only the demo got.
  const pass = () => child.kill('SIGINT');
  signal.addEventListener('abort', pass);
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', chunk => {
    text += chunk;
    out.write(chunk);
  });
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, by) => resolve(code ?? by ?? 'no code'));
    });
    if (code !== 0) throw new DemoFailure(`Wanted "${shown}" to end with 0, it ended with ${code}`);
  } finally {
    signal.removeEventListener('abort', pass);
  }
  out.write('\n');
  return text;
}
