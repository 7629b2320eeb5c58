import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

test('the unit lets no core dump be written, as the key is in the memory of the agent', async () => {
  const unit = new URL('../../../../agent/install/homelab-agent.service', import.meta.url);
  assert.match(await readFile(unit, 'utf8'), /^LimitCORE=0$/m);
});
