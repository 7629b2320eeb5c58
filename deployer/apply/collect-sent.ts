import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes to all servers together after which the buffers that they went through are collected. */
const EVERY = 4e6;

let since = 0;
let collect: NodeJS.GCFunction | undefined;

/**
 * Counts bytes that were handed to a connection, and has V8 collect what held them. By itself V8 looks for dead buffers
 * when its heap of small objects is full, and that is 80 MB of buffers later, most of which the system never gets back.
 */
export function collectSent(bytes: number): void {
  since += bytes;
  if (since < EVERY) return;
  since = 0;
  collect ??= exposeCollector();
  collect({ type: 'minor', execution: 'sync' });
}

function exposeCollector(): NodeJS.GCFunction {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
