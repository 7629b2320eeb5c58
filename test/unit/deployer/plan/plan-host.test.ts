import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../../../deployer/lib/digest.ts';
import type { Facts } from '../../../../deployer/plan/facts.ts';
import { parseFacts } from '../../../../deployer/plan/parse-facts.ts';
import { planHost, type Wanted } from '../../../../deployer/plan/plan-host.ts';
import { bareAnswer, liveAnswer, RUNTIME, releaseFor, SUMS, wanting } from '../run/fake-server.ts';
import { agentFor } from '../run/push-rig.ts';

const CONFIG = 'config';
const wanted: Wanted = { sums: SUMS, configSha256: sha256(CONFIG), agent: agentFor('nas-1') };

function live(over: Partial<Facts> = {}): Facts {
  return { ...parseFacts(wanting(liveAnswer(releaseFor(CONFIG), CONFIG), CONFIG)), ...over };
}

function bare(over: Partial<Facts> = {}): Facts {
  return { ...parseFacts(wanting(bareAnswer(), CONFIG)), ...over };
}

/** The steps as `what text`, or the refusal. */
function planned(facts: Facts, over: Partial<Wanted> = {}): string[] {
  const plan = planHost(facts, { ...wanted, ...over });
  return plan.kind === 'refused' ? [plan.reason] : plan.steps.map(s => `${s.what} ${s.text}`);
}

test('planHost() finds nothing to do where all is as wanted (noop)', () => {
  assert.deepEqual(planned(live()), []);
});

test('planHost() repairs what the probe found changed beside the release', () => {
  const facts = live({ repairs: ['home and shell of homelab-agent'] });
  assert.deepEqual(planned(facts), ['repair home and shell of homelab-agent']);
});

test('planHost() sends everything to a bare server', () => {
  const plan = planHost(bare(), wanted);
  assert.equal(plan.kind, 'plan');
  assert.deepEqual(plan.kind === 'plan' && plan.send, { artifact: true, runtime: true });
});

test('planHost() sends neither artifact nor runtime for a change of configuration', () => {
  const asked = { release: releaseFor('another'), runtime: RUNTIME };
  const plan = planHost(live({ wanted: asked }), { ...wanted, configSha256: sha256('another') });
  assert.ok(plan.kind === 'plan');
  assert.deepEqual(plan.send, { artifact: false, runtime: false });
  assert.equal(plan.from, releaseFor(CONFIG));
  assert.deepEqual(
    plan.steps.map(step => step.what),
    ['release', 'config'],
  );
});

test('planHost() sends the artifact but no runtime for a new bundle', () => {
  const sums = SUMS.replace(sha256('bundle'), sha256('bundle 2'));
  const plan = planHost(live(), { ...wanted, sums });
  assert.ok(plan.kind === 'plan');
  assert.deepEqual(plan.send, { artifact: true, runtime: false });
});

test('planHost() makes a release anew whose files are not what they were', () => {
  const plan = planHost(live({ intact: false }), wanted);
  assert.ok(plan.kind === 'plan');
  assert.equal(plan.send.artifact, true);
  assert.match(planned(live({ intact: false })).join(), /its files were changed/);
});

test('planHost() uses an older release on the server as the source if it has the wanted files', () => {
  const facts = live({
    current: '0.2.0-bbbbbbbb',
    releases: [
      { name: '0.2.0-bbbbbbbb', sumsSha256: sha256('others') },
      { name: '0.1.0-aaaaaaaa', sumsSha256: sha256(SUMS) },
    ],
  });
  const plan = planHost(facts, wanted);
  assert.equal(plan.kind === 'plan' && plan.from, '0.1.0-aaaaaaaa');
});

test('planHost() sees each thing that drifted', () => {
  const { config, unit, service } = live();
  assert.ok(config !== null && unit !== null);
  const drifts: [Partial<Facts>, string][] = [
    [{ config: { ...config, sha256: sha256('edited') } }, 'config differs'],
    [{ config: null }, 'config is not there'],
    [
      { config: { ...config, mode: '644' } },
      'config is 644 root:homelab-agent, wanted 0640 root:homelab-agent',
    ],
    [{ unit: { ...unit, sha256: sha256('edited') } }, 'unit differs'],
    [{ service: { ...service, active: 'failed' } }, 'service is failed'],
    [{ service: { ...service, enabled: 'disabled' } }, 'service is not enabled'],
    [{ service: { ...service, needsReload: true } }, 'service runs by an older unit'],
  ];
  for (const [drift, step] of drifts) assert.deepEqual(planned(live(drift)), [step]);
});

test('planHost() sees an agent that still runs another release than the link says', () => {
  const { status } = live();
  assert.ok(status !== null);
  const facts = live({ status: { ...status, release: '0.0.9-cccccccc' } });
  assert.deepEqual(planned(facts), ['service still runs 0.0.9-cccccccc']);
});

test('planHost() reports a takeover from a Python agent', () => {
  const facts = bare({ formerAgent: '/opt/homelab-agent/homelab-agent.py' });
  assert.match(planned(facts)[0] ?? '', /^takeover .*homelab-agent\.py, and keeps it/);
});

test('planHost() refuses a server that lacks something, with all that it lacks', () => {
  assert.deepEqual(planned(bare({ problems: ['No tar', 'No systemd'] })), ['No tar\nNo systemd']);
});

test('planHost() refuses a full disk, unless there is nothing to send', () => {
  const full = 'Expected 172 MB free for /opt/homelab-agent on /dev/sda1, found 10 MB';
  assert.deepEqual(planned(bare({ full })), [full]);
  assert.deepEqual(planned(live({ full })), []);
});

test("planHost() sends no runtime where the server's own Node is wanted", () => {
  const facts = parseFacts(wanting(bareAnswer(), CONFIG, 'system'));
  const plan = planHost(facts, wanted);
  assert.ok(plan.kind === 'plan');
  assert.equal(plan.send.runtime, false);
  assert.equal(plan.runtime, 'system');
});

test('planHost() sends no runtime that is on the server already, whatever the current release runs by', () => {
  const plan = planHost(live({ currentRuntime: 'system' }), wanted);
  assert.equal(plan.kind === 'plan' && plan.send.runtime, false);
  const other = planHost(live({ runtimes: ['node-v22.19.0-linux-x64'] }), wanted);
  assert.equal(other.kind === 'plan' && other.send.runtime, true);
});
