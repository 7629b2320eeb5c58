import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { pushJson } from '../support/deploy.ts';
import { need } from '../support/need.ts';
import { buildDist } from './dist.ts';
import { counts, play } from './playbook.ts';
import { tree } from './tree.ts';

describe('a server whose storage is unfit', need('Ansible', 'servers'), () => {
  let fleet: Fleet;
  let dist: string;
  let inventory: string;
  let mounted: string[] = [];
  let loops: string[] = [];
  const host = () => fleet.host('nas-1');

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1'] });
    dist = join(fleet.directory, 'dist');
    await buildDist(dist);
    inventory = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(inventory, {
      vars: { homelab_agent_dist_dir: dist, homelab_agent_gate_seconds: 0 },
    });
  });
  afterEach(async () => {
    for (const path of mounted) await host().exec(`umount -l ${path}`);
    for (const device of loops) await execa('losetup', ['--detach', device], { reject: false });
    [mounted, loops] = [[], []];
  });
  after(async () => fleet?.stop());

  async function mount(path: string, command: string): Promise<void> {
    await host().exec(command);
    mounted.push(path);
  }
  const remount = (path: string, option: string) => () =>
    mount(path, `mount --bind ${path} ${path} && mount -o remount,bind,${option} ${path}`);

  /** A disk of its own for /opt, of which ext4 has recorded errors. */
  async function mountFaultyDisk(): Promise<void> {
    const image = join(host().root, 'srv/disk');
    await execa('truncate', ['--size=512M', image]);
    await execa('mkfs.ext4', ['-q', '-m', '0', image]);
    await execa('debugfs', ['-w', '-R', 'set_super_value error_count 3', image]);
    const { stdout: device } = await execa('losetup', ['--find', '--show', image]);
    loops.push(device);
    // The host has a /dev of its own.
    const node = `[ -b ${device} ] || mknod ${device} b 7 ${device.replace('/dev/loop', '')}`;
    await mount('/opt', `${node}; mount ${device} /opt`);
  }

  const push = async (...args: string[]) =>
    (await pushJson(fleet, '--all', '--no-hub', '--dist', dist, '-i', inventory, ...args)).hosts[0];
  const site = (...args: string[]) => play(fleet, 'site.yml', ['-i', inventory, ...args]);

  for (const [what, spoil, pattern] of [
    ['/opt is mounted noexec', remount('/opt', 'noexec'), /found \/opt mounted noexec/],
    ['/opt is read-only', remount('/opt', 'ro'), /found \/opt mounted read-only/],
    ['/var/lib is read-only', remount('/var/lib', 'ro'), /found \/var\/lib mounted read-only/],
    [
      '/opt has no room',
      () => mount('/opt', 'mount -t tmpfs -o size=100m none /opt'),
      /Expected 171 MB free for \/opt\/homelab-agent on none, found 104 MB/,
    ],
    ['/opt has errors', mountFaultyDisk, /Expected no errors on \/dev\/loop\d+, found 3 that ext4/],
  ] as const) {
    it(`is refused by both tools for the same reason, and left as it is: ${what}`, async () => {
      await spoil();
      const before_ = await tree(host());
      const report = await push();
      assert.equal(report?.outcome, 'failed');
      const [reason = ''] = report?.reason?.split('\n') ?? [];
      assert.match(reason, pattern);
      for (const args of [['--check'], []]) {
        const played = await site(...args);
        assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [0, 1] });
        assert.ok(played.output.replaceAll(/\s+/g, ' ').includes(reason), played.output);
      }
      assert.equal(await tree(host()), before_);
    });
  }

  it('is changed in spite of errors where homelab_agent_despite_storage says so, and not asked about where nothing changes', async () => {
    await mountFaultyDisk();
    const accept = ['-e', 'homelab_agent_despite_storage=true'];
    const played = await site(...accept);
    assert.deepEqual(counts(played, 'changed', 'failed'), { 'nas-1': [1, 0] }, played.output);
    assert.deepEqual(counts(await site(), 'changed', 'failed'), { 'nas-1': [0, 0] });
    assert.equal((await push())?.outcome, 'unchanged');
    const debug = ['-e', 'homelab_agent_log_level=debug'];
    assert.equal((await push(...debug))?.outcome, 'failed');
    assert.equal((await push(...debug, ...accept))?.outcome, 'changed');
    await host().exec('/opt/homelab-agent/current/install-agent.sh --uninstall --purge');
  });
});
