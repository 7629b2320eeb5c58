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

/** With the hub's key put in. */
const edited = example.replace('put-the-api-key-of-your-hub-here', 'abc123');

test('config.yaml.example is refused until the key of the hub is put in', () => {
  assert.throws(
    () => parseConfig(example, 'config.yaml.example'),
    /^ConfigError: config\.yaml\.example:\d+:\d+: api_key: Expected the hub's own key, found the placeholder of the example$/,
  );
  const { config, warnings } = parseConfig(edited, 'config.yaml.example');
  assert.equal(config.server_id, 'nas-1');
  assert.deepEqual(warnings, []);
});

test('config.yaml.example shows every key once, with the default or an example that the agent accepts', () => {
  const shown = uncommented
    .replace('hlh_ag_…', 'hlh_ag_0')
    .replace('put-the-api-key-of-your-hub-here', 'abc123');
  assert.deepEqual(Object.keys(parse(shown)), effectiveKeys);
  const defaults = parseConfig(edited, 'config.yaml.example').config;
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
