import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../../deployer/inventory/secret.ts';
import {
  type Adoption,
  type AdoptionInput,
  planAdoption,
} from '../../../../deployer/plan/plan-adoption.ts';
import { agentFor } from '../run/push-rig.ts';

const GUID = '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0';
const TOKEN = `hlh_ag_9d3b65e0_${'0f'.repeat(32)}`;

/** One runs there. */
const AGENT = { current: '0.1.0-ab12cd34', formerAgent: null };

interface Found {
  readonly values?: Record<string, string>;
  readonly services?: readonly string[];
  readonly odd?: readonly string[];
}

function input(name: string, { values = {}, services, odd = [] }: Found, over = {}): AdoptionInput {
  const lists = new Map(services === undefined ? [] : [['monitored_services', services]]);
  const settings = { values: new Map(Object.entries(values)), lists, odd };
  return { agent: agentFor(name, over), facts: { settings, ...AGENT } };
}

function planOne(found: Found, over = {}): Adoption | undefined {
  return planAdoption([input('pi-1', found, over)]).get('pi-1');
}

test('planAdoption() takes what the inventory says otherwise, with the token as a secret', () => {
  const values = {
    server_id: '198-18-1-11',
    server_guid: GUID.toUpperCase(),
    api_token: TOKEN,
    mode: 'readwrite',
    log_level: 'debug',
  };
  const plan = planOne(
    { values, services: ['ssh', 'dbus'] },
    { monitored_services: ['dbus', 'docker'] },
  );
  assert.ok(plan?.kind === 'adopt');
  const { homelab_agent_api_token: token, ...rest } = plan.values;
  assert.ok(token instanceof Secret && token.reveal() === TOKEN);
  assert.deepEqual(rest, {
    homelab_agent_server_id: '198-18-1-11',
    homelab_agent_server_guid: GUID,
    homelab_agent_mode: 'readwrite',
    homelab_agent_monitored_services: ['ssh', 'dbus', 'docker'],
  });
});

test('planAdoption() finds nothing to do where the inventory has it all, and where there is no agent', () => {
  const values = { server_id: 'pi-1', server_guid: GUID, api_token: TOKEN };
  const over = {
    server_guid: GUID.toUpperCase(),
    api_token: new Secret(TOKEN),
    monitored_services: ['a', 'b'],
  };
  assert.equal(planOne({ values, services: ['a'] }, over)?.kind, 'nothing');
  const reason = (facts: Partial<AdoptionInput['facts']>): string => {
    const whole = { settings: null, ...AGENT, ...facts };
    const plan = planAdoption([{ agent: agentFor('pi-1'), facts: whole }]).get('pi-1');
    return plan?.kind === 'nothing' ? plan.reason : '';
  };
  assert.match(reason({}), /^No agent is configured there/);
  const settings = { values: new Map([['server_id', 'pi-1']]), lists: new Map(), odd: [] };
  assert.equal(reason({ settings }), 'The inventory has it all');
  assert.match(reason({ settings, current: null }), /^No agent is there, only a configuration\./);
});

for (const [found, said] of [
  [
    { values: { server_id: '{{ lookup("pipe", "id") }}' } },
    /^server_id: Expected 1 to 100 .*, found "\{\{ lookup/,
  ],
  [{ values: { server_id: 'Pi 1' } }, /^server_id: Expected/],
  [{ values: { server_guid: 'g' } }, /^server_guid: Expected a version 4 UUID/],
  [
    { values: { api_token: 'hlh_ag_1 {{ x }}' } },
    /^api_token: Expected a token as the hub issues it, found another text/,
  ],
  [{ values: { api_token: `${TOKEN}0` } }, /^api_token: Expected a token/],
  [{ values: { mode: '{{ x }}' } }, /^mode: Expected readonly or readwrite, found/],
  [
    { services: ['ssh', '{%x%}.service'] },
    /^monitored_services: Expected a unit name .*, found "\{%x%\}/,
  ],
  [{ services: ['{#x#}'] }, /^monitored_services: Expected/],
  [{ services: ['-H', 'a b'] }, /^monitored_services: Expected/],
  [
    { services: Array.from({ length: 201 }, (_, at) => `s${at}`) },
    /^monitored_services: Expected a list of at most 200/,
  ],
  [{ odd: ['server_guid'] }, /^server_guid: Expected one plain value/],
] as [Found, RegExp][]) {
  test(`planAdoption() refuses what is no value of the key: ${said}`, () => {
    const plan = planOne({ values: { server_id: 'other' }, ...found });
    assert.ok(plan?.kind === 'refused', JSON.stringify(plan));
    assert.match(plan.reason, said);
    assert.doesNotMatch(plan.reason, /hlh_ag/);
  });
}

test('planAdoption() refuses an id or GUID that two servers have, those that were not asked included', () => {
  const other = '5f0c2f6e-9d3b-4c55-8f1e-0a6d3f7c1b2a';
  const plans = planAdoption([
    input('a', { values: { server_id: 'same' } }),
    input('b', { values: { server_id: 'same' } }),
    input('c', { values: { server_id: 'x', server_guid: GUID.toUpperCase() } }),
    input('d', { values: { server_id: 'e' } }),
    input('f', { values: { server_id: 'y', server_guid: other } }),
    { agent: agentFor('e', { server_guid: GUID }), facts: null },
  ]);
  const reasons = [...plans].map(([host, plan]) => [
    host,
    plan.kind === 'refused' ? plan.reason : plan.kind,
  ]);
  const twice = (key: string, name: string) =>
    `${key}: Expected one of each, found that ${name} has the same: to the hub the two would be one server`;
  assert.deepEqual(reasons, [
    ['a', twice('server_id', 'b')],
    ['b', twice('server_id', 'a')],
    ['c', twice('server_guid', 'e')],
    ['d', twice('server_id', 'e')],
    ['f', 'adopt'],
  ]);
});
