import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One run of a program: how long it took, and the most memory it held. */
export interface Measured {
  readonly seconds: number;
  /** Peak resident memory of the process itself in megabytes. */
  readonly peakMb: number;
  readonly stdout: string;
}

const LOOK_MS = 20;

/** What is measured now, on standard error, apart from the table. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Runs a program to its end; rejects with its output when it fails. */
export async function measure(
  argv: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; allow?: readonly number[] } = {},
): Promise<Measured> {
  const [program = '', ...args] = argv;
  const started = performance.now();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, peakMb] = ['', '', 0];
  child.stdout.setEncoding('utf8').on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', chunk => {
    stderr += chunk;
  });
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, highWater(child.pid));
  }, LOOK_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1_000;
  if (!(options.allow ?? [0]).includes(code ?? -1)) {
    throw new Error(`${argv.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  }
  return { seconds, peakMb, stdout };
}

/** `VmHWM:	  123456 kB` of /proc/PID/status; 0 once it is gone. */
function highWater(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_000;
  } catch {
    return 0;
  }
}

/** The middle one of several runs by time. */
export async function median(runs: number, run: () => Promise<Measured>): Promise<Measured> {
  const all: Measured[] = [];
  for (let turn = 0; turn < runs; turn++) all.push(await run());
  all.sort((a, b) => a.seconds - b.seconds);
  const middle = all[Math.floor(all.length / 2)];
  if (middle === undefined) throw new RangeError('Expected at least one run');
  return middle;
}
