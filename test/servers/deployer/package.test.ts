import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cacheDirectory } from '../../../deployer/lib/xdg.ts';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import type { RunResult } from '../../fleet/fleet-run.ts';
import { liveRelease } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';
import { Installed, NODE_VERSIONS, packPackage } from '../../support/npm-package.ts';

describe('the package, installed by npm in an empty directory', need('servers', 'Node 26'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let tarball: string;
  let config: string;

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1'] });
    hub = await fleet.startHub();
    tarball = await packPackage(fleet.directory);
    config = join(fleet.directory, 'config');
    await mkdir(join(config, 'homelab-deploy'), { recursive: true });
    await fleet.inventory(join(config, 'homelab-deploy', 'inventory.yaml'), {
      vars: { homelab_agent_gate_seconds: 1 },
    });
  });
  after(async () => fleet?.stop());

  for (const version of NODE_VERSIONS) {
    test(`brings a server's heartbeats to the hub with Node ${version}, and changes nothing the second time`, async () => {
      const prefix = join(fleet.directory, `node-${version}`);
      const installed = await Installed.from(tarball, prefix, version);
      const empty = join(prefix, 'empty');
      await mkdir(empty);
      const env = {
        ...installed.env,
        XDG_CONFIG_HOME: config,
        XDG_STATE_HOME: join(prefix, 'state'),
        // The fleet has no registry: the runtime comes from where other tests left it.
        XDG_CACHE_HOME: dirname(cacheDirectory({ env: process.env, home: homedir() })),
      };
      const deploy = (...args: string[]): Promise<RunResult> =>
        fleet.run(['homelab-deploy', ...args], { cwd: empty, env, reject: false });
      await hub.forget();

      const doctor = await deploy('doctor');
      assert.match(doctor.stdout, /Ready to push/, doctor.stdout + doctor.stderr);
      const first = await deploy('push', '--all');
      assert.match(first.stdout, /^nas-1 +changed /m, first.stdout + first.stderr);
      const [beat] = await hub.waitForBeats(['nas-1']);
      assert.equal(beat?.body.server_id, 'nas-1');
      const release = await liveRelease(fleet, 'nas-1');
      const second = await deploy('push', '--all');
      assert.match(second.stdout, /^nas-1 +unchanged /m, second.stdout + second.stderr);
      assert.equal(await liveRelease(fleet, 'nas-1'), release);
      assert.equal((await deploy('uninstall', 'nas-1', '--purge', '--yes')).exitCode, 0);
    });
  }
});
