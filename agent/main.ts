import { hostname } from 'node:os';
import { basename } from 'node:path';
import process from 'node:process';
import { cli } from './cli.ts';
import type { AgentContext } from './context.ts';
import { systemClock } from './lib/clock.ts';
import { version } from './version.ts';

const stop = new AbortController();
const context: AgentContext = {
  env: process.env,
  pid: process.pid,
  self: {
    program: process.execPath,
    flags: process.execArgv,
    script: process.argv[1] ?? '',
  },
  hostname: hostname(),
  release: releaseOf(basename(import.meta.dirname)),
  clock: systemClock,
  stdout: process.stdout,
  stderr: process.stderr,
  stop: stop.signal,
  onReload: listener => void process.on('SIGHUP', listener),
  abandon: false,
};

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => stop.abort(new Error(`Stopped by ${signal}`)));
}
// A journal or a pipe that went away is no reason to stop beating.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

end(await cli(process.argv.slice(2), context).catch(fault));

/** Installed, the bundle's directory has the release's name; from a clone it has not. */
function releaseOf(directory: string): string {
  return /-[0-9a-f]{8}$/.test(directory) ? directory : `${version}-source`;
}

function fault(error: unknown): number {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`Fault in the agent: ${text}\n`);
  return 1;
}

function end(code: number): void {
  if (context.abandon) {
    // Node joins its threads at the end, and one that hangs on a dead mount is never back. Becoming another program
    // leaves them behind, and unlike a signal it keeps the exit code.
    process.execve?.('/bin/sh', ['/bin/sh', '-c', `exit ${code}`], {});
    process.kill(process.pid, 'SIGKILL');
  }
  // Output to a pipe may be on its way still; an empty loop ends the process, and this only makes it sure.
  process.exitCode = code;
  setTimeout(() => process.exit(code), 500).unref();
}
