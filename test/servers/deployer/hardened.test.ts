import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { deploy, pushJson } from '../../support/deploy.ts';
import { need } from '../../support/need.ts';

describe('a server whose file systems are mounted noexec or read-only', need('servers'), () => {
  let fleet: Fleet;
  let inventory: string;
  let mounts: string[] = [];

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1'] });
    await fleet.startHub();
    inventory = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(inventory, { vars: { homelab_agent_gate_seconds: 0 } });
  });
  after(async () => fleet?.stop());
  afterEach(async () => {
    await deploy(fleet, 'uninstall', '--all', '--purge', '--yes', '-i', inventory);
    for (const path of mounts.reverse()) await fleet.host('nas-1').exec(`umount -l ${path}`);
    mounts = [];
  });

  async function mount(path: string, options: string): Promise<void> {
    const how = options.startsWith('tmpfs')
      ? `mkdir -p ${path} && mount -t tmpfs tmpfs ${path}`
      : `mount --bind ${path} ${path} && mount -o remount,bind,${options} ${path}`;
    await fleet.host('nas-1').exec(how);
    mounts.push(path);
  }

  async function pushed() {
    const { hosts } = await pushJson(fleet, '--all', '-i', inventory);
    return hosts[0];
  }

  test('/var/tmp and /tmp may be noexec', async () => {
    await mount('/var/tmp', 'noexec');
    await mount('/tmp', 'noexec');
    const report = await pushed();
    assert.equal(report?.outcome, 'changed', report?.reason ?? '');
    assert.equal((await pushed())?.outcome, 'unchanged');
  });

  for (const [path, options, pattern] of [
    [
      '/opt',
      'noexec',
      /^Expected .*run programs from \/opt\/homelab-agent, found \/opt mounted noexec/,
    ],
    ['/opt', 'ro', /^Expected .*write \/opt\/homelab-agent, found \/opt mounted read-only/],
    ['/etc', 'ro', /^Expected .*write \/etc\/homelab-agent, found \/etc mounted read-only/],
    ['/var/tmp', 'ro', /^Expected .*write \/var\/tmp, found \/var\/tmp mounted read-only/],
    [
      '/var/lib',
      'ro',
      /^Expected .*write \/var\/lib\/homelab-agent, found \/var\/lib mounted read-o/,
    ],
  ] as const) {
    test(`${path} mounted ${options} is refused before anything is sent, with one reason`, async () => {
      await mount(path, options);
      const report = await pushed();
      assert.equal(report?.outcome, 'failed');
      assert.equal(report?.sent_bytes, 0);
      assert.match(report?.reason ?? '', pattern);
      assert.doesNotMatch(report?.reason ?? '', /\n/);
    });
  }

  test('a file system of its own for the agent makes up for a noexec /opt', async () => {
    await mount('/opt', 'noexec');
    await mount('/opt/homelab-agent', 'tmpfs');
    const report = await pushed();
    assert.equal(report?.outcome, 'changed', report?.reason ?? '');
  });
});
