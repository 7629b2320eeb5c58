import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { parseConfig } from '../../../../agent/config/parse-config.ts';
import { effectiveKeys } from '../../../../agent/contract/keys.ts';

const example = await readFile('agent/install/config.yaml.example', 'utf8');
const schema = JSON.parse(await readFile('agent/install/config.schema.json', 'utf8'));

/** The optional keys are written as comments: `#mode: "readonly"`, and a list's items below its key. */
const uncommented = example.replaceAll(/^#(?=[a-z_]+:| {2}- )/gm, '');

test('config.yaml.example is a configuration as it stands', () => {
  const { config, warnings } = parseConfig(example, 'config.yaml.example');
  assert.equal(config.server_id, 'nas-1');
  assert.deepEqual(warnings, []);
});

test('config.yaml.example shows every key once, with the default or an example that the agent accepts', () => {
  const shown = uncommented.replace('hlh_ag_…', 'hlh_ag_0');
  assert.deepEqual(Object.keys(parse(shown)), effectiveKeys);
  const defaults = parseConfig(example, 'config.yaml.example').config;
  const { config } = parseConfig(shown, 'config.yaml.example');
  for (const key of ['heartbeat_interval', 'mode', 'backfill', 'log_level'] as const) {
    assert.equal(config[key], defaults[key], key);
  }
});

test('the JSON Schema accepts config.yaml.example, and rejects an unknown key and a wrong value', () => {
  const check = new Ajv({ allowUnionTypes: true }).compile(schema);
  assert.equal(check(parse(example)), true, JSON.stringify(check.errors));
  assert.equal(check(parse(`${example}mod: readonly\n`)), false);
  assert.equal(check(parse(`${example}backfill: 61\n`)), false);
});
