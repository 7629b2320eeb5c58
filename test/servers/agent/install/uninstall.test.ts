import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { need } from '../../../support/need.ts';
import { Rig } from './rig.ts';

suite('install-agent.sh --uninstall', need('servers'), () => {
  let rig: Rig;

  before(async () => {
    rig = await Rig.start();
    await rig.mustInstall('0.2.0', '--config /root/a.yaml');
  });
  after(() => rig?.stop());

  test("the agent is on root's path, and a file of that name which is another's stays", async () => {
    const command = '/usr/local/sbin/homelab-agent';
    const script = await rig.installer('0.2.0');
    const read = async (): Promise<string> =>
      (await rig.host.exec(`readlink ${command} || cat ${command}`)).stdout;
    assert.equal(await read(), '/opt/homelab-agent/current/homelab-agent');
    await rig.host.exec(`rm ${command}`);
    const again = await rig.run(`${script} --config /root/a.yaml`);
    assert.deepEqual(
      again.lines.filter(line => line.startsWith('changed: ')),
      [`changed: command ${command}`],
    );
    await rig.host.exec(`rm ${command}; echo theirs >${command}`);
    assert.equal(
      (await rig.run(`${script} --config /root/a.yaml`)).lines.at(-1),
      'result: unchanged',
    );
    assert.equal(await read(), 'theirs');
    await rig.host.exec(`rm ${command}`);
    await rig.run(`${script} --config /root/a.yaml`);
  });

  test('--uninstall leaves the configuration and the state, and says so the second time', async () => {
    const script = await rig.installer('0.2.0');
    await rig.host.exec('mkdir -p /var/lib/homelab-agent && echo id >/var/lib/homelab-agent/id');
    const current = await rig.host.exec('basename "$(readlink /opt/homelab-agent/current)"');
    assert.deepEqual((await rig.run(`${script} --uninstall`)).lines, [
      `changed: agent ${current.stdout} removed`,
      'result: changed',
    ]);
    const { stdout } = await rig.host.exec(
      'ls -d /etc/homelab-agent/config.yaml /var/lib/homelab-agent/id /opt/homelab-agent/* /etc/systemd/system/homelab-agent* 2>/dev/null; systemctl is-active homelab-agent',
      { reject: false },
    );
    assert.equal(stdout, '/etc/homelab-agent/config.yaml\n/var/lib/homelab-agent/id\ninactive');
    const command = await rig.host.exec('test ! -e /usr/local/sbin/homelab-agent && echo gone');
    assert.equal(command.stdout, 'gone');
    assert.equal((await rig.run(`${script} --uninstall`)).lines.at(-1), 'result: unchanged');
  });

  test('--uninstall --purge leaves nothing, and the next installation starts from nothing', async () => {
    await rig.host.exec('rm -rf /opt/homelab-agent');
    await rig.mustInstall('0.2.0');
    const script = await rig.installer('0.2.0');
    assert.equal((await rig.run(`${script} --uninstall --purge`)).lines.at(-1), 'result: changed');
    const { stdout } = await rig.host.exec(
      'ls -d /etc/homelab-agent /var/lib/homelab-agent /opt/homelab-agent /run/homelab-agent 2>/dev/null; getent passwd homelab-agent; getent group homelab-agent',
      { reject: false },
    );
    assert.equal(stdout, '');
    await rig.mustInstall('0.1.0', '--config /root/a.yaml');
  });
});
