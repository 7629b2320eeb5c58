import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { HUB_COMMANDS } from '../../support/hostile/hostile-commands.ts';
import {
  API_KEY,
  flaws,
  HostileFleet,
  type HostileHost,
} from '../../support/hostile/hostile-fleet.ts';
import { HUB_MODES, hostOf, startHostileHub } from '../../support/hostile/hub-modes.ts';
import { honestMode } from '../../support/hostile/server-mode.ts';
import { StandInHub } from '../../support/hub.ts';
import { need } from '../../support/need.ts';

/** A run that needs longer hangs. */
const TIMEOUT_MS = 400_000;

describe('hostile hubs, each of one server', need('ssh-keygen'), () => {
  const open = new AsyncDisposableStack();
  let fleet: HostileFleet;

  before(async () => {
    const hub = open.use(await new StandInHub({ apiKey: API_KEY }).start());
    const hosts: Record<string, HostileHost> = { 'honest-1': { mode: honestMode() } };
    for (const [name, mode] of Object.entries(HUB_MODES)) {
      const { url } = open.use(await startHostileHub(mode));
      hosts[hostOf(name)] = { mode: honestMode(), vars: { homelab_agent_hub_url: url } };
    }
    fleet = open.use(await HostileFleet.start(hosts, hub.url));
  });
  after(() => open.disposeAsync());

  for (const [command, args] of Object.entries(HUB_COMMANDS)) {
    it(`${command} ends, and prints nothing that a terminal obeys`, async () => {
      const run = await fleet.run(args, { timeoutMs: TIMEOUT_MS });
      const all = `${run.stdout}${run.stderr}`;
      assert.deepEqual(flaws(run), [], all.slice(0, 20_000));
      // A single hub that does not answer keeps tokens from being given and ended.
      const names = ['enroll', 'revoke'].includes(command) ? [] : fleet.names;
      for (const name of names) assert.ok(all.includes(name), `Expected ${name} in:\n${all}`);
    });
  }
});
