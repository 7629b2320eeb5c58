import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SERVER_COMMANDS } from '../../support/hostile/hostile-commands.ts';
import { API_KEY, flaws, HostileFleet } from '../../support/hostile/hostile-fleet.ts';
import { hostOf } from '../../support/hostile/hub-modes.ts';
import { honestMode } from '../../support/hostile/server-mode.ts';
import { SERVER_MODES } from '../../support/hostile/server-modes.ts';
import { StandInHub } from '../../support/hub.ts';
import { need } from '../../support/need.ts';

/** A run that needs longer hangs. */
const TIMEOUT_MS = 400_000;
const HONEST = ['honest-1', 'honest-2'];

/** What a command says of a server that did what it was asked. */
const FINE: Readonly<Record<string, RegExp>> = {
  status: /"host": "honest-1",\s+"state": "beating"/,
  'status table': /^honest-1 +beating/m,
  logs: /^honest-1 .*Accepted$/m,
  releases: /^honest-1 +0\.0\.9-0a0b0c0d +current/m,
  doctor: /^ {2}pass {2}Every check: .*\bhonest-1\b/m,
  'push --check --diff': /^honest-1 +would change/m,
  push: /"host": "honest-1",\s+"outcome": "changed"/,
  adopt: /^honest-1 +(unchanged|failed)/m,
  rollback: /^honest-1 +changed/m,
  uninstall: /^honest-1 +would change/m,
  enroll: /^honest-1 +changed/m,
};

for (const [command, args] of Object.entries(SERVER_COMMANDS)) {
  describe(`${command} on a fleet of hostile servers`, need('ssh-keygen'), () => {
    let hub: StandInHub;
    let fleet: HostileFleet;

    before(async () => {
      hub = await new StandInHub({ apiKey: API_KEY }).start();
      const modes = [
        ...Object.entries(SERVER_MODES).map(([name, mode]) => [hostOf(name), mode] as const),
        ...HONEST.map(name => [name, honestMode()] as const),
      ];
      const hosts = Object.fromEntries(modes.map(([name, mode]) => [name, { mode }]));
      fleet = await HostileFleet.start(hosts, hub.url);
    });
    after(async () => {
      await fleet?.[Symbol.asyncDispose]();
      await hub?.stop();
    });

    it('ends, names each server, prints nothing that a terminal obeys, and does its work on the others', async () => {
      const forks = ['--forks', String(fleet.names.length)];
      const run = await fleet.run([...args, ...forks], { timeoutMs: TIMEOUT_MS });
      const all = `${run.stdout}${run.stderr}`;
      assert.deepEqual(flaws(run), [], all.slice(0, 20_000));
      // Of a journal without a line, nothing is said.
      const silent = command === 'logs' ? [hostOf('no answer')] : [];
      for (const name of fleet.names.filter(each => !silent.includes(each))) {
        assert.ok(all.includes(name), `Expected ${name} in:\n${all}`);
      }
      for (const name of HONEST) {
        const fine = new RegExp((FINE[command] ?? /^$/).source.replace('honest-1', name), 'm');
        assert.match(all, fine);
      }
    });
  });
}
