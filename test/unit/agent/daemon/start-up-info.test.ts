import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadStartUpInfo } from '../../../../agent/daemon/start-up-info.ts';

const self = { program: 'node', flags: [], script: 'agent.mjs' };
const found = {
  loaded: { config: { server_id: 'nas-1' }, warnings: [], source: 'config.yaml', sha256: null },
  identity: { server_guid: '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0', server_id: 'nas-1' },
  cpu: null,
};

function load(stdout: string) {
  const run = async () => ({ code: 0, stdout, stderr: 'its words' });
  return loadStartUpInfo({ run }, self, [], {});
}

test('loadStartUpInfo() returns what the other process found', async () => {
  assert.deepEqual(await load(JSON.stringify(found)), found);
});

test('loadStartUpInfo() reports what is wrong with the configuration', async () => {
  const problems = ['config.yaml:1:1: hub_url: Expected a URL'];
  await assert.rejects(load(JSON.stringify({ problems })), { name: 'ConfigError', problems });
});

test('loadStartUpInfo() refuses any other answer, without quoting it', async () => {
  const text = JSON.stringify(found);
  for (const answer of ['', text.slice(0, -9), JSON.stringify({ ...found, identity: 7 }), '{}']) {
    await assert.rejects(load(answer), {
      message: 'Cannot prepare: exit code 0: its words',
    });
  }
});
