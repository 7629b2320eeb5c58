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

  test('--uninstall --purge says what it cannot remove and why, and removes the rest', async () => {
    const script = await rig.installer('0.2.0');
    const number = (uid: number) =>
      `sed -i -E 's/^(homelab-agent:x):[0-9]+/\\1:${uid}/' /etc/passwd`;
    await rig.host.exec(
      `mkdir -p /etc/homelab-agent && mount -t tmpfs none /etc/homelab-agent; ${number(0)}`,
    );
    const { exitCode, lines, stderr } = await rig.run(`${script} --uninstall --purge`);
    assert.deepEqual([exitCode, lines.at(-1)], [1, 'result: failed']);
    assert.match(
      stderr,
      /^error: Expected nothing of the agent to stay, found .*'\/etc\/homelab-agent'.*busy; userdel: .*used by process 1\. See/,
    );
    assert.ok(!lines.includes('changed: configuration, state and user removed'));
    await rig.host.exec(`umount /etc/homelab-agent; ${number(950)}`);
    assert.equal((await rig.run(`${script} --uninstall --purge`)).exitCode, 0);
    await rig.mustInstall('0.2.0', '--config /root/a.yaml');
  });

  test("--uninstall --purge ends what runs as the agent's user, and nothing of a container's user of that number", async () => {
    const script = await rig.installer('0.2.0');
    await rig.host.exec(
      `mkdir -p /jail/usr && cp -a /lib* /bin /jail && mount --bind /usr /jail/usr
       id=$(id -u homelab-agent)
       systemd-run -q setpriv --reuid $id --clear-groups sleep 7001
       systemd-run -q unshare --pid --fork --root=/jail setpriv --reuid $id --clear-groups sleep 7002`,
    );
    await rig.until('pgrep -xf "sleep 7001" && pgrep -xf "sleep 7002"');
    const { stderr } = await rig.run(`${script} --uninstall --purge`);
    const left = await rig.host.exec(
      'pgrep -xaf "sleep 700." | cut -d " " -f 2-; getent passwd homelab-agent',
      {
        reject: false,
      },
    );
    assert.deepEqual([left.stdout, stderr], ['sleep 7002', '']);
    await rig.mustInstall('0.2.0', '--config /root/a.yaml');
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
