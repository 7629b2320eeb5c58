/**
 * What the hub may answer, once more as on a server: the code bundled as it ships, run by the launcher with its flags.
 */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { execa } from 'execa';
import { agentBundleOptions } from '../../../../deployer/build/bundle.ts';
import { StandInHub } from '../../../support/hub.ts';

const launcher = fileURLToPath(new URL('../../../../agent/install/homelab-agent', import.meta.url));

/** Runs a program that imports from this directory, and gives what it wrote; rejects with that when it fails. */
async function run(program: string, args: readonly string[] = []): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'as-shipped-'));
  try {
    await copyFile(launcher, join(directory, 'homelab-agent'));
    await symlink(process.execPath, join(directory, 'node'));
    await build({
      ...agentBundleOptions('0.1.0'),
      stdin: { contents: program, resolveDir: import.meta.dirname },
      outfile: join(directory, 'homelab-agent.mjs'),
      logLevel: 'error',
    });
    // With this variable, tests would report to the runner of this file.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { all, exitCode } = await execa(join(directory, 'homelab-agent'), args, {
      all: true,
      env: { ...env, NODE_OPTIONS: '--test-reporter=tap' },
      extendEnv: false,
      reject: false,
    });
    assert.equal(exitCode, 0, all);
    return all;
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('every test of the hub and its replies passes with the flags of the launcher', async () => {
  const report = await run(`
    import './hub-moods.test.ts';
    import './hub-tls.test.ts';
    import './hostile-reply.test.ts';
    if (typeof WebAssembly !== 'undefined') throw new Error('The flags of the launcher are missing');
  `);
  assert.match(report, /^# pass [1-9]/m);
});

test('a beat over plain HTTP loads no TLS', async () => {
  await using hub = await new StandInHub().start();
  const loaded = await run(
    `
      import { beat, hubAt, never } from './hub-rig.ts';
      await hubAt(process.argv[2]).send(beat, never);
      console.log(process.moduleLoadList.join('\\n'));
    `,
    [hub.url],
  );
  assert.equal(hub.beats.length, 1);
  assert.match(loaded, /^NativeModule http$/m);
  assert.doesNotMatch(loaded, /^NativeModule tls$/m);
});

test('the daemon loads no fs/promises, which brings readline with it', async () => {
  const loaded = await run(`
    import { run } from '../../../../agent/commands/run.ts';
    console.log(typeof run, process.moduleLoadList.join('\\n'));
  `);
  assert.match(loaded, /^NativeModule http$/m);
  assert.doesNotMatch(loaded, /^NativeModule (?:internal\/)?fs\/promises$/m);
});
