import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../../deployer/inventory/secret.ts';
import { sha256 } from '../../../../deployer/lib/digest.ts';
import { parseFacts } from '../../../../deployer/plan/parse-facts.ts';
import { planHost } from '../../../../deployer/plan/plan-host.ts';
import {
  bareAnswer,
  HUBS_GUID as GUID,
  hubsAgent,
  liveAnswer,
  releaseFor,
  SUMS,
  wanting,
} from '../run/fake-server.ts';
import { agentFor } from '../run/push-rig.ts';

const OTHER = '5f0c2f6e-9d3b-4c55-8f1e-0a6d3f7c1b2a';
const CONFIG = 'wanted';

const HUBS = hubsAgent('pi-1');
const COMMON = ['set:hub_url=http://hub:8080', 'set:api_key=yes'];
const PYTHON = [...COMMON, 'python=/opt/homelab-agent/homelab-agent.py'];
/** Everything of it in the inventory. */
const ADOPTED = {
  server_id: 'pi-1',
  server_guid: GUID,
  api_token: new Secret('hlh_ag_1'),
  monitored_services: ['ssh', 'dbus'],
  mode: 'readwrite',
} as const;

/** The refusal's lines, or the text of the step about the configuration. */
function planned(
  lines: readonly string[],
  over: Parameters<typeof agentFor>[1] = {},
  takeover: 'keep' | 'replace' = 'keep',
  answer = bareAnswer({
    'stat:/etc/homelab-agent/config.yaml': 'regular file 600 root:root',
    'sha256:/etc/homelab-agent/config.yaml': sha256('old'),
  }),
): readonly string[] {
  const facts = parseFacts(
    wanting(answer.replace(/\nend=ok$/, `\n${lines.join('\n')}\nend=ok`), CONFIG),
  );
  const agent = agentFor('pi-1', over, takeover);
  const plan = planHost(facts, { sums: SUMS, configSha256: sha256(CONFIG), agent });
  if (plan.kind === 'refused') return plan.reason.split('\n');
  return plan.steps.filter(({ what }) => what === 'config').map(({ text }) => text);
}

const ours = (): string => liveAnswer(releaseFor('old'), 'old');
const foreign = (...lines: string[]): string[] => [...PYTHON, ...lines];

test('a takeover of an agent with another server_id is refused, with the line that keeps it', () => {
  const found = foreign('set:server_id=198-18-1-11', `set:server_guid=${GUID}`);
  const expected = [
    'Expected the inventory to keep what the agent on the server was set to, found that it would change server_id',
    'server_id: 198-18-1-11 becomes pi-1, a second server to the hub',
    'These lines keep it; "homelab-deploy adopt pi-1" writes them into the inventory:',
    '  homelab_agent_server_id: "198-18-1-11"',
    `  homelab_agent_server_guid: "${GUID}"`,
    'To make it another server to the hub on purpose, remove the agent there first, with its configuration',
  ];
  assert.deepEqual(planned(found), expected);
  // The hub would make a second server of it, whatever the inventory says.
  assert.deepEqual(planned(found, {}, 'replace'), expected);
  assert.deepEqual(planned(found, { server_id: 'pi-1' }), expected);
  assert.deepEqual(planned(found, { server_id: '198-18-1-11' }), ['differs in server_guid']);
});

test('an agent of ours under another name is refused in the same way', () => {
  const [, text] = planned(['set:server_id=nas-9'], {}, 'keep', ours());
  assert.equal(text, 'server_id: nas-9 becomes pi-1, a second server to the hub');
});

test('a takeover that drops token, mode and services is refused, and names what goes and what keeps it', () => {
  assert.deepEqual(planned(foreign(...HUBS)), [
    'Expected the inventory to keep what the agent on the server was set to, found that it would change api_token, monitored_services, mode',
    "api_token: removes the server's own token",
    'monitored_services: removes ssh, dbus, which are on the server',
    'mode: readonly instead of readwrite, which is on the server',
    'These lines keep it; "homelab-deploy adopt pi-1" writes them into the inventory:',
    `  homelab_agent_server_guid: "${GUID}"`,
    '  homelab_agent_api_token: !vault …',
    '  homelab_agent_mode: "readwrite"',
    '  homelab_agent_monitored_services: ["ssh", "dbus"]',
    'To replace it on purpose, set homelab_agent_takeover: replace',
  ]);
});

test('homelab_agent_takeover: replace lets it go, and the plan still names it', () => {
  const [text = ''] = planned(foreign(...HUBS), {}, 'replace');
  assert.match(
    text,
    /^differs in api_token, server_guid, monitored_services, mode; api_token: removes the server's own/,
  );
  assert.match(
    text,
    /; monitored_services: removes ssh, dbus, which are on the server; mode: readonly instead/,
  );
});

test('what the inventory sets is what it says, a token aside: an api_key is no consent to drop one', () => {
  const said = { mode: 'readonly', monitored_services: ['ssh'], server_guid: OTHER } as const;
  const [, ...refused] = planned(foreign(...HUBS), said);
  assert.deepEqual(refused.slice(0, 2), [
    "api_token: removes the server's own token",
    'These lines keep it; "homelab-deploy adopt pi-1" writes them into the inventory:',
  ]);
  const [text = ''] = planned(foreign(...HUBS), { ...said, api_token: new Secret('another') });
  assert.equal(
    text,
    `differs in server_guid, monitored_services, mode; server_guid: ${OTHER} instead of "${GUID}", which is on the server; monitored_services: removes dbus, which is on the server; mode: readonly instead of readwrite, which is on the server`,
  );
});

test('an inventory that holds everything takes over and drops nothing', () => {
  assert.deepEqual(planned(foreign(...HUBS), ADOPTED), ['differs']);
  assert.deepEqual(planned(foreign('set:server_id=pi-1', 'set:mode=readonly')), ['differs']);
});

test("what the hub's service sync wrote for our agent is refused if the inventory has no list, else named", () => {
  const synced = [
    'set:server_id=pi-1',
    'set:api_key=yes',
    'list:monitored_services=',
    'item:monitored_services=dbus',
    'set:hub_url=http://hub:8080',
  ];
  const [, text] = planned(synced, {}, 'keep', ours());
  assert.equal(text, 'monitored_services: removes dbus, which is on the server');
  assert.deepEqual(planned(synced, { monitored_services: ['ssh'] }, 'keep', ours()), [
    'differs in monitored_services; monitored_services: removes dbus, which is on the server',
  ]);
  assert.deepEqual(planned(synced, { monitored_services: ['dbus', 'ssh'] }, 'keep', ours()), [
    'differs in monitored_services',
  ]);
});

test('the plan names every key that changes', () => {
  const found = [
    'set:server_id=pi-1',
    'set:hub_url=http://old:8080',
    'set:log_level=debug',
    'set:api_key=yes',
  ];
  assert.deepEqual(planned(found, { heartbeat_interval: 30 }, 'keep', ours()), [
    'differs in hub_url, heartbeat_interval, log_level',
  ]);
});

test('a GUID of ours that the inventory no longer sets stays where it is kept, and one that the hub never accepted may go', () => {
  const set = ['set:server_id=pi-1', `set:server_guid=${GUID}`];
  const kept = [`kept:server_id=pi-1`, `kept:server_guid=${GUID}`];
  assert.equal(planned([...set, ...kept], {}, 'keep', ours()).length, 1);
  assert.match(planned(set, {}, 'keep', ours())[1] ?? '', /^server_guid: removes "9d3b/);
  assert.equal(planned(set, { server_guid: OTHER }, 'keep', ours()).length, 1);
  const refused = ours().replace(/"last_success":"[^"]*"/, '"last_success":null');
  assert.equal(planned(set, {}, 'keep', refused).length, 1);
});

test('what cannot be read is refused, unless it may go', () => {
  for (const odd of ['odd:server_id=', 'odd:mode=', 'odd:file=']) {
    const lines =
      odd.includes('server_id') || odd.includes('file') ? [odd] : ['set:server_id=pi-1', odd];
    assert.match(
      planned(foreign(...lines))[1] ?? '',
      /is written in a form that is not read here/,
      odd,
    );
    assert.equal(planned(foreign(...lines), {}, 'replace').length, 1, odd);
  }
  // Our own, broken by hand, is repaired.
  const broken = ['set:server_id=pi-1', 'odd:file=', 'odd:log_level='];
  assert.equal(planned(broken, {}, 'keep', ours()).length, 1);
});

test("a server's own words reach the screen without control characters, bounded, and never as a line of the inventory", () => {
  const many = Array.from({ length: 60 }, (_, at) => `item:monitored_services=s${at}`);
  const evil = 'item:monitored_services={{ lookup("pipe", "id") }}';
  const lines = planned(
    foreign(
      'set:server_id=pi-1',
      'set:mode=x\u001b[31mred',
      'list:monitored_services=',
      evil,
      ...many,
    ),
  );
  assert.match(
    lines[1] ?? '',
    /^monitored_services: removes "\{\{ lookup.*, s0, s1, .* and 41 more, which are/,
  );
  assert.ok(!lines.join('').includes('\u001b'));
  assert.doesNotMatch(lines.find(line => line.includes('homelab_agent_monitored')) ?? '', /lookup/);
});
