import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../../agent/config/config-error.ts';
import { parseConfig } from '../../../../agent/config/parse-config.ts';

const minimal = 'hub_url: http://hub:8080\nserver_id: nas-1\napi_key: k\n';

function refused(text: string): readonly string[] {
  try {
    parseConfig(text, 'f');
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
  assert.fail(`Accepted:\n${text}`);
}

test('parseConfig() fills in the defaults', () => {
  const { config, warnings } = parseConfig(minimal, 'f');
  assert.deepEqual(config, {
    hub_url: 'http://hub:8080',
    server_id: 'nas-1',
    api_key: 'k',
    heartbeat_interval: 60,
    monitored_services: [],
    mode: 'readonly',
    backfill: 60,
    log_level: 'info',
  });
  assert.deepEqual(warnings, []);
});

test('parseConfig() reports every error at once, each at its line and column', () => {
  const text = [
    'hub_url: hub.home.lan:8080',
    'server_id: NAS',
    'heartbeat_intervall: 60',
    'heartbeat_interval: 3',
    'monitored_services:',
    '  - ssh.service',
    '  - -rf',
    'ca_file: ca.pem',
    'log_level: loud',
    'backfill: 61',
    'root_mount: [/]',
  ].join('\n');
  assert.deepEqual(refused(text), [
    "f:1:1: api_key: Expected the hub's shared key here, or a token in api_token, found neither",
    'f:1:10: hub_url: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", found "hub.home.lan:8080"',
    'f:2:12: server_id: Expected 1 to 100 lower-case letters, digits and hyphens, such as "nas-1", found "NAS"',
    'f:3:1: heartbeat_intervall: Unknown key: did you mean heartbeat_interval?',
    'f:4:21: heartbeat_interval: Expected a whole number of seconds from 5 to 150, found 3',
    'f:7:5: monitored_services[1]: Expected a unit name without a space, such as "ssh", found "-rf"',
    'f:8:10: ca_file: Expected an absolute path, found "ca.pem"',
    'f:9:12: log_level: Expected error, warning, info or debug, found "loud"',
    'f:10:11: backfill: Expected a whole number of heartbeats from 0 to 60, found 61',
    'f:11:13: root_mount: Expected an absolute path, found a list of 1',
  ]);
});

test('parseConfig() points at what is missing', () => {
  assert.deepEqual(refused('mode: readonly\n'), [
    'f:1:1: hub_url: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", found nothing',
    'f:1:1: server_id: Expected 1 to 100 lower-case letters, digits and hyphens, such as "nas-1", found nothing',
    "f:1:1: api_key: Expected the hub's shared key here, or a token in api_token, found neither",
  ]);
});

for (const [name, text, problem] of [
  ['an empty file', '', 'f:1:1: Expected `key: value` lines, found an empty file'],
  ['only comments', '# nothing\n', 'f:1:1: Expected `key: value` lines, found an empty file'],
  ['a bare word', 'hello\n', 'f:1:1: Expected `key: value` lines, found something else'],
  ['a list', '- a\n- b\n', 'f:1:1: Expected `key: value` lines, found something else'],
  [
    'a key twice',
    `${minimal}mode: readonly\nmode: readwrite\n`,
    'f:5:1: This key is set twice; keep one',
  ],
  ['a tab', 'hub_url: http://h\n\tserver_id: a\n', 'f:2:1: A tab indents this line; use spaces'],
  [
    'an open quote',
    'hub_url: "http://h\nserver_id: a\n',
    'f:1:10: Expected a closing " for the " that begins here',
  ],
  ['a tag', 'api_key: !vault |\n  abc\n', 'f:1:10: An unknown tag (`!name`)'],
  ['a second document', `${minimal}---\na: 1\n`, 'f:4:1: A second document'],
  ['an unknown alias', 'hub_url: *hub\n', 'f:1:10: An alias'],
  ['brackets without end', '['.repeat(30_000), 'f:1:'],
  ['mappings without end', '{a: '.repeat(30_000), 'f:1:'],
] as const) {
  test(`parseConfig() says where the YAML breaks: ${name}`, () => {
    const [first, ...others] = refused(text);
    assert.ok(first?.startsWith(problem), `${first}`);
    assert.ok(others.length < 3, `${others.slice(0, 3).join(' | ')}`);
  });
}

test('parseConfig() never shows a secret, whatever is wrong with it or around it', () => {
  for (const text of [
    `${minimal.replace('api_key: k', 'api_key: " hunter2"')}`,
    `${minimal.replace('api_key: k', 'api_key: [hunter2]')}`,
    `${minimal.replace('api_key: k', 'api_token: "hunter2 "')}`,
    'api_key: hunter2: hunter2\n',
    'api_key: "hunter2\\q"\n',
    'api_key: "hunter2" hunter2\n',
    'api_key: @hunter2\n',
    'api_key:\n hunter2\nhunter2\n',
    'hub_url: http://admin:hunter2@hub:8080\nserver_id: a\napi_key: k\n',
  ]) {
    const message = refused(text).join('\n');
    assert.doesNotMatch(message, /hunter2/, text);
  }
});

test('parseConfig() reads text as it is written, where PyYAML wrote without quotes what YAML 1.2 calls a number', () => {
  const text =
    'hub_url: http://h\nserver_id: 12345e67\napi_key: 0x1f\nmonitored_services: [123, true]\n';
  const { config } = parseConfig(text, 'f');
  assert.equal(config.server_id, '12345e67');
  assert.equal(config.api_key, '0x1f');
  assert.deepEqual(config.monitored_services, ['123', 'true']);
});

test('parseConfig() treats a key without a value as absent', () => {
  const text = `${minimal}api_token:\nserver_guid: ''\nheartbeat_interval: ~\nmonitored_services: null\nmode:\n`;
  const { config } = parseConfig(text, 'f');
  assert.equal(config.api_token, undefined);
  assert.equal(config.server_guid, undefined);
  assert.equal(config.heartbeat_interval, 60);
  assert.deepEqual(config.monitored_services, []);
  assert.equal(config.mode, 'readonly');
});

test('parseConfig() lowers the case of a server_guid, as the hub demands it', () => {
  const text = `${minimal}server_guid: 9D3B65E0-E08C-4E6D-8F0F-648489F66FA0\n`;
  assert.equal(parseConfig(text, 'f').config.server_guid, '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0');
});

test('parseConfig() treats an unknown mode as readonly, and warns', () => {
  const { config, warnings } = parseConfig(`${minimal}mode: admin\n`, 'f');
  assert.equal(config.mode, 'readonly');
  assert.deepEqual(warnings, [
    'f:4:7: mode: Expected readonly or readwrite, found "admin": using readonly',
  ]);
});

test('parseConfig() reads a number that is written as text', () => {
  assert.equal(
    parseConfig(`${minimal}heartbeat_interval: "30"\n`, 'f').config.heartbeat_interval,
    30,
  );
});

test('parseConfig() follows an alias', () => {
  const text = 'hub_url: &hub http://h\nserver_id: a\napi_key: *hub\n';
  assert.equal(parseConfig(text, 'f').config.api_key, 'http://h');
});
