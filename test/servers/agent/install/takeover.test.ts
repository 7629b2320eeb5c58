import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { need } from '../../../support/need.ts';
import { Rig } from './rig.ts';

/** The former agent: a service of the same name, at the same paths, started by another program. */
const unit = `[Unit]
Description=Homelab agent of another make
[Service]
ExecStart=/bin/sh /opt/homelab-agent/homelab-agent.py
User=homelab-agent
[Install]
WantedBy=multi-user.target
`;
const config = 'api_key: k\nhub_url: http://hub:8080\nserver_id: nas-1\n';

suite('a server with an agent of another make', need('servers'), () => {
  let rig: Rig;
  let found: string;

  before(async () => {
    rig = await Rig.start();
    await rig.host.exec(`
      useradd --system --home-dir /opt/homelab-agent --shell /usr/sbin/nologin homelab-agent
      mkdir -p /opt/homelab-agent/collectors /etc/homelab-agent
      echo 'while :; do sleep 1; done' >/opt/homelab-agent/homelab-agent.py
      echo 2.0.0 >/opt/homelab-agent/VERSION
      echo hidden >/opt/homelab-agent/.venv`);
    await rig.write('/etc/systemd/system/homelab-agent.service', unit);
    await rig.write('/etc/homelab-agent/config.yaml', config);
    await rig.host.exec(
      'chmod 600 /etc/homelab-agent/config.yaml; systemctl daemon-reload; systemctl enable --now homelab-agent',
    );
    found = await former();
  });
  after(() => rig?.stop());

  /** Everything of the former agent, and that it runs. */
  async function former(): Promise<string> {
    const { stdout } = await rig.host.exec(
      `cd /opt/homelab-agent && find . | sort; cat VERSION homelab-agent.py .venv
      cat /etc/systemd/system/homelab-agent.service /etc/homelab-agent/config.yaml
      systemctl is-enabled homelab-agent; systemctl is-active homelab-agent
      tr '\\0' ' ' </proc/$(systemctl show -p MainPID --value homelab-agent)/cmdline
      ls /etc/homelab-agent`,
      { reject: false },
    );
    return stdout;
  }

  test('keeps it as it was where the new release does not become ready', async () => {
    await rig.installer('0.3.0', 'dies at once');
    const { exitCode, lines, stderr } = await rig.install('0.3.0', '--config /root/a.yaml');
    assert.deepEqual([exitCode, lines.at(-1)], [1, 'result: rolled-back']);
    assert.match(stderr, /Rolled back: the former agent runs/);
    const left = (await former()).replaceAll(
      /^\.\/(releases|runtime|takeover).*\n|^config\.yaml\.before\n?/gm,
      '',
    );
    assert.equal(left.trimEnd(), found.trimEnd());
    const removed = await rig.run(`${await rig.installer('0.3.0')} --uninstall --purge`);
    assert.equal(removed.exitCode, 2);
    assert.match(removed.stderr, /that of another agent, which is not ours to remove/);
  });

  test('is taken over: the old files aside, the old configuration where the agent looks for its identity', async () => {
    const { exitCode, lines } = await rig.install('0.1.0', '--config /root/a.yaml');
    assert.equal(exitCode, 0);
    assert.ok(
      lines.includes('changed: former agent moved to /opt/homelab-agent/takeover'),
      lines.join('\n'),
    );
    const { active, running, current, previous } = await rig.state();
    assert.deepEqual([active, running, previous], ['active', current, '']);
    const { stdout } = await rig.host.exec(`
      ls -A /opt/homelab-agent /opt/homelab-agent/takeover /opt/homelab-agent/takeover/files
      stat -c '%a %U:%G' /etc/homelab-agent/config.yaml.before; cat /etc/homelab-agent/config.yaml.before`);
    assert.equal(
      stdout,
      `/opt/homelab-agent:
current
releases
runtime
takeover

/opt/homelab-agent/takeover:
config.yaml
enabled
files
homelab-agent.service

/opt/homelab-agent/takeover/files:
.venv
VERSION
collectors
homelab-agent.py
640 root:homelab-agent
${config.trimEnd()}`,
    );
    const again = await rig.run(await rig.installer('0.1.0'));
    assert.equal(again.lines.at(-1), 'result: unchanged');
    const listed = await rig.run('/opt/homelab-agent/current/install-agent.sh --releases');
    assert.match(listed.lines.at(-1) ?? '', /^takeover\t-\t20/);
  });

  test('comes back by --rollback, whole, and can be taken over again', async () => {
    const { exitCode, lines } = await rig.run(
      '/opt/homelab-agent/current/install-agent.sh --rollback',
    );
    assert.equal(exitCode, 0, lines.join('\n'));
    const back = (await former()).replaceAll(/^\.\/(releases|runtime)(\/.*)?\n/gm, '');
    assert.equal(back, found);
    await rig.mustInstall('0.1.0', '--config /root/a.yaml');
  });

  test('comes back by its name, too, when releases have come after it', async () => {
    await rig.mustInstall('0.2.0');
    const script = '/opt/homelab-agent/current/install-agent.sh';
    assert.equal((await rig.run(`${script} --rollback takeover`)).exitCode, 0);
    const back = (await former()).replaceAll(/^\.\/(releases|runtime)(\/.*)?\n/gm, '');
    assert.equal(back, found);
  });

  test('is taken over again where it was installed over a release, which is not what a rollback goes to', async () => {
    const ours = await rig.mustInstall('0.1.0', '--config /root/a.yaml');
    await rig.mustInstall('0.2.0');
    await rig.host.exec(
      'echo 2.1.0 >/opt/homelab-agent/VERSION; echo x >/opt/homelab-agent/homelab-agent.py',
    );
    await rig.write(
      '/etc/systemd/system/homelab-agent.service',
      unit.replace('homelab-agent.py', 'loop'),
    );
    await rig.host.exec("echo 'while :; do sleep 1; done' >/opt/homelab-agent/loop");
    await rig.write('/etc/homelab-agent/config.yaml', config.replace('nas-1', 'newer'));
    await rig.host.exec('systemctl daemon-reload; systemctl restart homelab-agent');
    const failed = await rig.install('0.3.0');
    assert.equal(failed.lines.at(-1), 'result: rolled-back', failed.stderr);
    assert.match(failed.stderr, /Rolled back: the former agent runs/);
    await rig.mustInstall('0.1.0', '--config /root/a.yaml');
    const kept = await rig.host.exec(
      'cat /etc/homelab-agent/config.yaml.before; ls /opt/homelab-agent/takeover/files',
    );
    assert.equal(kept.stdout, `${config.replace('nas-1', 'newer')}VERSION\nhomelab-agent.py\nloop`);
    assert.deepEqual([(await rig.state()).current, (await rig.state()).previous], [ours, '']);
    await rig.run('/opt/homelab-agent/current/install-agent.sh --rollback');
    assert.match(await former(), /server_id: newer/);
  });
});
