import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { joinProbe } from '../../../../deployer/build/installer.ts';
import { parseFacts } from '../../../../deployer/plan/parse-facts.ts';

for (const [mode, ...rest] of [
  ['outcome', '/nonexistent'],
  ['beat', 'none', '0'],
] as const) {
  test(`the probe's answer about ${mode} can be read, with the time from which ages are counted`, async () => {
    const { stdout } = await execa('sh', ['-c', await joinProbe('.'), 'sh', mode, ...rest]);
    assert.ok(Math.abs(parseFacts(stdout).time - Date.now() / 1_000) < 3_600);
  });
}

test('a heartbeat of a release that is not live is not waited for', async () => {
  const probe = await joinProbe('.');
  await execa('sh', ['-c', probe, 'sh', 'beat', 'none', '600'], { timeout: 60_000 });
});
