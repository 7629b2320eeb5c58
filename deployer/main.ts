import { homedir } from 'node:os';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { ownVersion } from './build/own-version.ts';
import { run } from './cli.ts';
import type { Context } from './context.ts';

// process.exit() waits for V8's threads. One that compiles in the background may wait there for a garbage collection
// that never comes, and Ctrl-C does not end that (nodejs/node#54918).
setFlagsFromString('--no-concurrent-sparkplug');
setFlagsFromString('--no-maglev');

/** The one place that touches the process: everything below works on a Context. */
const interrupt = new AbortController();
let isListening = false;
let isDone = false;

const context: Context = {
  cwd: process.cwd(),
  env: process.env,
  home: homedir(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  get signal() {
    listen();
    return interrupt.signal;
  },
  exitCode: 0,
};

/**
 * Only once a command asks for the signal. What comes before, such as reading the inventory, changes nothing and may
 * keep the event loop busy: the system ends it at once.
 */
function listen(): void {
  if (isListening) return;
  isListening = true;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted || isDone) process.exit(130);
      interrupt.abort(new Error(`Interrupted by ${name}`));
    });
  }
}

// A reader that closed its end (`| head`) is no fault; nothing more needs to be written.
process.stdout.on('error', () => process.exit(141));
process.stderr.on('error', () => {});

await run(process.argv.slice(2), context, { version: ownVersion() });
isDone = true;
// A pipe holds 64 KiB, and its reader may be slower than this program.
for (const stream of [process.stdout, process.stderr]) {
  await new Promise(written => stream.write('', written));
}
// Not left to the event loop: a half-open link to a server must not keep a finished run alive.
process.exit(context.exitCode);
