import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'yaml';
import { Config } from '../../../../agent/config/schema.ts';

const example = await readFile('agent/install/config.yaml.example', 'utf8');

/** The optional keys are written as comments: `#mode: "readonly"`, and a list's items below its key. */
const uncommented = example.replaceAll(/^#(?=[a-z_]+:| {2}- )/gm, '');

test('config.yaml.example names every key that the agent knows', () => {
  const keys = new Set(
    uncommented.match(
      /\b[a-z_]+(?=:)|\bcommand_execution_enabled\b|\bcore_services\b|\bcommand_execution\b/g,
    ),
  );
  const missing = Object.keys(Config.shape).filter(key => !keys.has(key));
  assert.deepEqual(missing, []);
});

test('config.yaml.example is a configuration as it stands', () => {
  const { hub_url, server_id, api_key } = Config.parse(parse(example));
  assert.deepEqual(
    [hub_url, server_id, typeof api_key],
    ['http://homelab-cmd.home.lan:8080', 'nas-1', 'string'],
  );
});

test('config.yaml.example shows the defaults that the agent has', () => {
  const shown = parse(uncommented, { uniqueKeys: false });
  const defaults = Config.parse({ hub_url: 'http://h', server_id: 's', api_key: 'k' });
  for (const key of [
    'heartbeat_interval',
    'mode',
    'backfill',
    'log_level',
    'monitored_services',
  ] as const) {
    assert.deepEqual(shown[key], defaults[key], key);
  }
});

test('config.yaml.example gives examples that the agent accepts', () => {
  const shown = parse(uncommented.replace(/^monitored_services: \[\]\n/m, ''));
  assert.deepEqual(Config.parse(shown).monitored_services, ['ssh.service', 'docker.service']);
});
