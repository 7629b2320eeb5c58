import type { HostResult } from './result.ts';

/** A server of which nothing is known but its name: what comes of it is laid over this. */
export function blankResult(host: string): HostResult {
  return {
    host,
    outcome: 'failed',
    seconds: 0,
    release: null,
    previous: null,
    steps: [],
    sentBytes: 0,
    changes: [],
    reason: null,
    journal: [],
    diff: null,
    optional: false,
  };
}
