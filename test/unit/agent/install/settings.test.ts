import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { execa } from 'execa';
import { probeFunctions } from './functions.ts';

const directory = await mkdtemp(join(tmpdir(), 'settings-'));
const script = await probeFunctions({ CONFIG: `${directory}/config.yaml`, STATE_DIR: directory });
after(() => rm(directory, { recursive: true }));

/** What the probe says of this configuration. */
async function said(config: string, secrets = 'no'): Promise<string[]> {
  await writeFile(join(directory, 'config.yaml'), config);
  const { stdout } = await execa('sh', ['-c', `${script}\nSECRETS=${secrets}\nabout_settings`]);
  return stdout === '' ? [] : stdout.split('\n');
}

const GUID = '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0';

test("the probe reads the hub's Python agent as the hub writes it, secrets by their names alone", async () => {
  const config = `api_token: hlh_ag_9d3b65e0_${'0f'.repeat(32)}
command_execution_enabled: false
core_services:
- sshd
- name: docker
  required: true
heartbeat_interval: 60
hub_url: http://192.168.1.10:8080
mode: readwrite
monitored_services:
- ssh
- dbus
server_guid: ${GUID}
server_id: 198-18-1-11
`;
  const open = [
    'set:hub_url=http://192.168.1.10:8080',
    'set:server_id=198-18-1-11',
    'set:api_token=yes',
    `set:server_guid=${GUID}`,
    'set:heartbeat_interval=60',
    'list:monitored_services=',
    'item:monitored_services=ssh',
    'item:monitored_services=dbus',
    'set:mode=readwrite',
  ];
  assert.deepEqual(await said(config), open);
  const token = `set:api_token=hlh_ag_9d3b65e0_${'0f'.repeat(32)}`;
  assert.deepEqual(await said(config, 'yes'), open.with(2, token));
});

for (const [text, lines] of [
  ['', []],
  ['# server_id: a\n', []],
  ['---\r\nserver_id: a # b\r\n', ['set:server_id=a']],
  ['\ufeffserver_id: a#b\n', ['set:server_id=a#b']],
  ['server_id: a', ['set:server_id=a']],
  ['server_id: "a\\"b\\\\ # c"   # d\n', ['set:server_id=a"b\\ # c']],
  ["'server_id': 'it''s'\n", ["set:server_id=it's"]],
  ['server_id : a\nserver_id: b\n', ['set:server_id=b']],
  ['server_id: a\nserver_id:\n', []],
  ['server_id: ~\nserver_guid: null\nmode: "null"\n', ['set:mode=null']],
  ['  server_id: a\n  mode: b\n', ['set:server_id=a', 'set:mode=b']],
  ['unknown: a\n  b\nserver_id: a\n', ['set:server_id=a']],
  ['monitored_services: []\n', ['list:monitored_services=']],
  ['monitored_services:\n', []],
  [
    'monitored_services: [ssh, "a, b" ,\n  \'c\', # d\n  é.service]\nmode: x\n',
    ['list:monitored_services=', ...['ssh', 'a, b', 'c', 'é.service'].map(item), 'set:mode=x'],
  ],
  [
    'monitored_services:\n  # one\n  - ssh   # two\n\n  - "0123"\nmode: x\n',
    ['list:monitored_services=', item('ssh'), item('0123'), 'set:mode=x'],
  ],
  ['monitored_services: [a]\nmonitored_services:\n- b\n', ['list:monitored_services=', item('b')]],
] as const) {
  test(`the probe reads ${JSON.stringify(text)} as YAML does`, async () => {
    assert.deepEqual(await said(text), lines);
  });
}

function item(name: string): string {
  return `item:monitored_services=${name}`;
}

for (const [text, lines] of [
  ['server_id: &a x\n', ['odd:server_id=']],
  ['server_id: |\n  x\n', ['odd:server_id=']],
  ['server_id: a\n  b\n', ['odd:server_id=']],
  ['server_id: "a\n  b"\n', ['odd:server_id=']],
  ['server_id: "a\\nb"\n', ['odd:server_id=']],
  ['server_id: a: b\n', ['odd:server_id=']],
  ['monitored_services:\n- name: a\n', ['odd:monitored_services=']],
  ['monitored_services:\n- - a\n', ['odd:monitored_services=']],
  ['monitored_services:\n  a: b\n', ['odd:monitored_services=']],
  ['monitored_services: [a, {b: c}]\n', ['odd:monitored_services=']],
  ['monitored_services: [a\nmode: x\n', ['odd:monitored_services=']],
  ['{server_id: a}\n', ['odd:file=']],
  ['\tserver_id: a\nmode: x\n', ['odd:file=', 'set:mode=x']],
] as const) {
  test(`the probe says that it cannot read ${JSON.stringify(text)}`, async () => {
    assert.deepEqual(await said(text), lines);
  });
}

test('the probe says which identity our agent keeps for its next start', async () => {
  const kept = { server_guid: GUID, server_id: 'nas-1', machine: 'x', release: '0.1.0-ab12cd34' };
  await writeFile(join(directory, 'identity.json'), `${JSON.stringify(kept)}\n`);
  const lines = [`kept:server_guid=${GUID}`, 'kept:server_id=nas-1'];
  assert.deepEqual(await said('# nothing\n'), lines);
});
