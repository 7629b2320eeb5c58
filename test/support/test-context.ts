import { PassThrough } from 'node:stream';
import type { Context } from '../../deployer/context.ts';

/** A process that is not there: nothing typed, nothing printed, an empty environment. */
export function testContext(overrides: Partial<Context> = {}): Context {
  return {
    cwd: '/',
    env: {},
    home: '/nonexistent',
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    signal: new AbortController().signal,
    exitCode: 0,
    ...overrides,
  };
}
