import { spawn } from 'node:child_process';
import process from 'node:process';
import { quote } from '../../deployer/lib/quote.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { Screen } from './screen.ts';

interface TerminalOptions {
  readonly columns?: number;
  /** What is typed as soon as a question is the last thing on the screen. */
  readonly answers?: readonly (readonly [question: RegExp, answer: string])[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command where it reaches the fleet's servers, on a terminal of its own, and gives all that it wrote there. */
export async function onTerminal(
  fleet: Fleet,
  argv: readonly string[],
  { columns = 80, answers = [], cwd, env: more }: TerminalOptions = {},
): Promise<{ raw: string; code: number | null }> {
  const there = cwd === undefined ? '' : `cd ${quote([cwd])}; `;
  const line = `${there}stty cols ${columns} rows 40; exec ${quote(argv)}`;
  const [program = '', ...args] = fleet.argv(['script', '-qec', line, '/dev/null']);
  const terminal = { TERM: 'xterm-256color', SHELL: '/bin/sh', CI: '', NO_COLOR: '' };
  const env = { ...process.env, ...terminal, ...more };
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let raw = '';
  let answered = 0;
  child.stdout.setEncoding('utf8').on('data', chunk => {
    raw += chunk;
    const answer = answers.find(([question]) => question.test(raw.slice(answered)))?.[1];
    if (answer === undefined) return;
    answered = raw.length;
    child.stdin.write(`${answer}\n`);
  });
  const code = await new Promise<number | null>(resolve => child.on('close', resolve));
  return { raw, code };
}

/** What a person sees at the end. */
export function seen(raw: string): string {
  const screen = new Screen();
  screen.write(raw);
  return screen.text();
}
