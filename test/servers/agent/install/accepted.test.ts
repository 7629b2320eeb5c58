import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { need } from '../../../support/need.ts';
import { Rig } from './rig.ts';

suite('releases of which the hub accepted a beat, and others', need('servers'), () => {
  let rig: Rig;
  let good: string;
  const wrong = ['0.2.0', '0.3.0', '0.4.0', '0.5.0'];
  /** Name and last field of what --releases lists, newest version last. */
  const listed = async (): Promise<string[]> => {
    const { lines } = await rig.run('/opt/homelab-agent/current/install-agent.sh --releases');
    const fields = lines.filter(line => line !== '').map(line => line.split('\t'));
    return fields.map(([name = '', , , beat]) => `${name.split('-')[0]} ${beat}`).sort();
  };

  before(async () => {
    rig = await Rig.start();
    for (const version of wrong) await rig.installer(version, 'never beats');
    good = await rig.mustInstall('0.1.0', '--config /root/a.yaml');
  });
  after(() => rig?.stop());

  test('keeps the newest accepted one, however many came after it', async () => {
    assert.deepEqual(await listed(), ['0.1.0 accepted']);
    const directory = `/opt/homelab-agent/releases/${good}`;
    const since = (await rig.host.exec(`stat -c %y ${directory}`)).stdout;
    for (const version of wrong) await rig.mustInstall(version, '--keep 2');
    assert.deepEqual(await listed(), ['0.1.0 accepted', '0.4.0 -', '0.5.0 -']);
    assert.equal((await rig.host.exec(`stat -c %y ${directory}`)).stdout, since);
    const back = await rig.run(
      `/opt/homelab-agent/current/install-agent.sh --gate 1 --rollback ${good}`,
    );
    assert.equal(back.exitCode, 0, back.stderr);
  });

  test('knows of an accepted beat from before a restart by what the agent keeps', async () => {
    const name = await rig.mustInstall('0.2.0', '--keep 2');
    assert.ok((await listed()).includes('0.2.0 -'));
    await rig.host.exec('install -d -o homelab-agent /var/lib/homelab-agent');
    const kept = `{"server_guid":"g","server_id":"nas-1","release":"${name}"}`;
    await rig.write('/var/lib/homelab-agent/identity.json', `${kept}\n`);
    assert.ok((await listed()).includes('0.2.0 accepted'));
    for (const version of ['0.3.0', '0.4.0', '0.5.0']) await rig.mustInstall(version, '--keep 2');
    assert.deepEqual(await listed(), ['0.2.0 accepted', '0.4.0 -', '0.5.0 -']);
    await rig.write(
      '/var/lib/homelab-agent/identity.json',
      kept.replace(name, '../../../etc/x-12345678'),
    );
    await rig.mustInstall('0.1.0');
    assert.ok((await listed()).includes('0.2.0 accepted'));
  });

  test('keeps the configuration of each for root alone, and the live one for the agent as well', async () => {
    const files = '/etc/homelab-agent/config.yaml /opt/homelab-agent/releases/*/config.yaml';
    const modes = async () =>
      (await rig.host.exec(`stat -c '%a %U:%G' ${files}`)).stdout.split('\n');
    const right = ['640 root:homelab-agent', ...Array.from({ length: 4 }, () => '600 root:root')];
    assert.deepEqual(await modes(), right);
    // As an older installer left them.
    await rig.host.exec(
      'cd /opt/homelab-agent/releases; chmod 640 */config.yaml; chgrp homelab-agent */config.yaml',
    );
    await rig.mustInstall('0.1.0', '--config /root/b.yaml');
    assert.deepEqual(new Set(await modes()), new Set(right));
    await rig.installer('0.6.0', 'dies at once');
    const failed = await rig.install('0.6.0', '--config /root/a.yaml');
    assert.equal(failed.lines.at(-1), 'result: rolled-back');
    assert.equal((await modes())[0], right[0]);
  });

  test("sees and removes what the hub's upgrade of its own agent left, and restarts nothing", async () => {
    const left =
      "/opt/homelab-agent/homelab-agent.py /opt/homelab-agent/VERSION '/opt/homelab-agent/a b'";
    await rig.host.exec(`touch ${left}; mkdir /opt/homelab-agent/collectors`);
    const pid = await rig.mainPid();
    const checked = await rig.run('/opt/homelab-agent/current/install-agent.sh --check');
    assert.equal(checked.lines.at(-1), 'result: changed');
    assert.ok(
      checked.lines.includes('changed: file of another agent removed: /opt/homelab-agent/a b'),
    );
    const removed = await rig.run('/opt/homelab-agent/current/install-agent.sh');
    assert.equal(removed.lines.at(-1), 'result: changed');
    const { stdout } = await rig.host.exec('ls -A /opt/homelab-agent');
    assert.equal(stdout, 'current\nprevious\nreleases\nruntime');
    assert.equal(await rig.mainPid(), pid);
    const again = await rig.run('/opt/homelab-agent/current/install-agent.sh');
    assert.equal(again.lines.at(-1), 'result: unchanged');
  });
});
