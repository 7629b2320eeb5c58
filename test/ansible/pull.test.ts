import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import type { HubClient } from '../support/hub-client.ts';
import { need } from '../support/need.ts';
import { PULL, preparePull } from './pull-repository.ts';
import { parseRecap } from './recap.ts';
import type { Served } from './serve.ts';

const NAMES = ['nas-1', 'pi-1'];

describe('ansible-pull on a server', need('Ansible', 'servers', 'git'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let server: Served | undefined;

  before(async () => {
    fleet = await startFleet({ hosts: NAMES });
    hub = await fleet.startHub();
    server = await preparePull(fleet);
  });
  after(async () => {
    server?.kill();
    await fleet?.stop();
  });

  it('installs the agent from a repository with the collection, and finds nothing to do the next time', async () => {
    const pull = (name: string) => fleet.host(name).exec(PULL, { timeout: 300_000, reject: false });
    const first = await pull('nas-1');
    assert.equal(first.exitCode, 0, `${first.stdout}\n${first.stderr}`);
    await hub.waitForBeats(['nas-1']);
    const { stdout } = await pull('nas-1');
    const { changed, failed } =
      parseRecap(stdout.slice(stdout.lastIndexOf('PLAY ')))['nas-1'] ?? {};
    assert.deepEqual([changed, failed], [0, 0], stdout);
  });
});
