import { execa } from 'execa';

export interface RunOptions {
  input?: string;
  cwd?: string;
  env?: Record<string, string>;
  /** false: a failed command is a result, not an error. */
  reject?: boolean;
  timeout?: number;
}

export interface RunResult {
  stdout: string;
  stderr: string;
  /** Undefined when a signal ended it. */
  exitCode: number | undefined;
  failed: boolean;
}

/** Runs a program to its end; the error of a failed one shows its command and output. */
export async function run(argv: string[], options: RunOptions = {}): Promise<RunResult> {
  const [program = '', ...args] = argv;
  const { input, ...rest } = options;
  const result = await execa(program, args, {
    ...rest,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
  });
  const { exitCode, failed } = result;
  return { stdout: text(result.stdout), stderr: text(result.stderr), exitCode, failed };
}

function text(output: unknown): string {
  return typeof output === 'string' ? output : '';
}
