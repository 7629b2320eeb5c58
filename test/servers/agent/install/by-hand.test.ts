import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { need } from '../../../support/need.ts';
import { RUNTIME } from './installer.ts';
import { Rig } from './rig.ts';

suite('install-agent.sh by hand', need('servers'), () => {
  let rig: Rig;

  before(async () => {
    rig = await Rig.start();
  });
  after(() => rig?.stop());

  test('--check says what it would do, line by line, and does nothing', async () => {
    const found = await rig.fingerprint();
    const { exitCode, lines } = await rig.install('0.1.0', '--config /root/a.yaml --check');
    assert.equal(exitCode, 0);
    assert.deepEqual(
      lines.map(line => line.replace(/0\.1\.0-[0-9a-f]{8}/, 'NAME')),
      [
        'changed: user homelab-agent',
        'changed: directory /opt/homelab-agent/releases',
        'changed: directory /opt/homelab-agent/runtime',
        'changed: directory /etc/homelab-agent',
        `changed: runtime ${RUNTIME}`,
        'changed: release NAME (before: none)',
        'changed: configuration /etc/homelab-agent/config.yaml',
        'changed: unit /etc/systemd/system/homelab-agent.service',
        'changed: service enabled',
        'changed: service restarted',
        'changed: command /usr/local/sbin/homelab-agent',
        'result: changed',
      ],
    );
    assert.equal(await rig.fingerprint(), found);
  });

  test('installs, and the service runs, enabled, with the files and modes that it should have', async () => {
    const name = await rig.mustInstall('0.1.0', '--config /root/a.yaml');
    assert.match(name, /^0\.1\.0-[0-9a-f]{8}$/);
    const { active, enabled, running, previous } = await rig.state();
    assert.deepEqual([active, enabled, running, previous], ['active', 'enabled', name, '']);
    const { stdout } = await rig.host.exec(`
      cd /opt/homelab-agent && stat -c '%a %U:%G %n' . releases releases/${name} runtime \
        releases/${name}/config.yaml releases/${name}/install-agent.sh \
        /etc/homelab-agent /etc/homelab-agent/config.yaml /etc/systemd/system/homelab-agent.service
      readlink current current/node
      getent passwd homelab-agent | cut -d: -f1,6,7
      ls -A /opt/homelab-agent /etc/homelab-agent`);
    assert.equal(
      stdout,
      `755 root:root .
755 root:root releases
755 root:root releases/${name}
755 root:root runtime
600 root:root releases/${name}/config.yaml
755 root:root releases/${name}/install-agent.sh
755 root:root /etc/homelab-agent
640 root:homelab-agent /etc/homelab-agent/config.yaml
644 root:root /etc/systemd/system/homelab-agent.service
releases/${name}
../../runtime/${RUNTIME}/bin/node
homelab-agent:/var/lib/homelab-agent:/usr/sbin/nologin
/etc/homelab-agent:
config.yaml

/opt/homelab-agent:
current
releases
runtime`,
    );
  });

  test('touches nothing when nothing differs: every line ok, the same process, the same times', async () => {
    const [found, pid] = [await rig.fingerprint(), await rig.mainPid()];
    const { exitCode, lines } = await rig.run(await rig.installer('0.1.0'));
    assert.equal(exitCode, 0);
    assert.equal(lines.at(-1), 'result: unchanged');
    assert.deepEqual(
      lines.slice(0, -1).filter(line => !line.startsWith('ok: ')),
      [],
    );
    assert.equal(await rig.fingerprint(), found);
    assert.equal(await rig.mainPid(), pid);
  });

  test('fixes modes without a restart', async () => {
    const pid = await rig.mainPid();
    await rig.host.exec('chmod 0644 /etc/homelab-agent/config.yaml; chmod 0700 /etc/homelab-agent');
    const { lines } = await rig.run(await rig.installer('0.1.0'));
    assert.deepEqual(
      lines.filter(line => !line.startsWith('ok: ')),
      [
        'changed: mode of /etc/homelab-agent: 755 root:root',
        'changed: mode of /etc/homelab-agent/config.yaml: 640 root:homelab-agent',
        'result: changed',
      ],
    );
    assert.equal(await rig.mainPid(), pid);
  });

  test('activates a configuration edited by hand as a release of its own, from the installed release too', async () => {
    const before = (await rig.state()).current;
    await rig.write('/etc/homelab-agent/config.yaml', 'hub_url: "http://edited"\n');
    const outcome = await rig.run('/opt/homelab-agent/current/install-agent.sh --gate 1');
    assert.equal(outcome.exitCode, 0);
    const { current, previous, running } = await rig.state();
    assert.notEqual(current, before);
    assert.deepEqual([previous, running], [before, current]);
    const { stdout } = await rig.host.exec('cat /opt/homelab-agent/current/config.yaml');
    assert.equal(stdout, 'hub_url: "http://edited"');
  });

  test('--rollback brings build and configuration of the release before back, and again forth', async () => {
    const { current, previous } = await rig.state();
    assert.equal(
      (await rig.run('/opt/homelab-agent/current/install-agent.sh --rollback --gate 1')).exitCode,
      0,
    );
    const there = await rig.state();
    assert.deepEqual([there.current, there.previous, there.running], [previous, current, previous]);
    const { stdout } = await rig.host.exec('cat /etc/homelab-agent/config.yaml');
    assert.equal(stdout, 'hub_url: "http://a"');
    await rig.run(`/opt/homelab-agent/current/install-agent.sh --rollback ${current} --gate 1`);
    assert.equal((await rig.state()).running, current);
    await rig.refused(
      '/opt/homelab-agent/current/install-agent.sh --rollback 9.9.9-00000000',
      /No release 9\.9\.9-00000000 on this server; there are: 0\.\S+/,
    );
  });

  test('starts a service that was stopped, and restarts one that runs something else', async () => {
    const { current } = await rig.state();
    await rig.host.exec('systemctl stop homelab-agent');
    const started = await rig.run('/opt/homelab-agent/current/install-agent.sh --gate 1');
    assert.deepEqual(started.lines.slice(-2), ['changed: service restarted', 'result: changed']);
    await rig.host.exec(`cd /run/homelab-agent && sed -i s/${current}/other/ status.json`);
    const restarted = await rig.run('/opt/homelab-agent/current/install-agent.sh --gate 1');
    assert.ok(restarted.lines.includes('changed: service restarted'));
    assert.equal((await rig.state()).running, current);
  });

  test('fixes a release whose files were changed on the server', async () => {
    const { current } = await rig.state();
    await rig.host.exec('echo "// edited" >>/opt/homelab-agent/current/homelab-agent.mjs');
    await rig.refused(
      `/opt/homelab-agent/current/install-agent.sh`,
      /are damaged: homelab-agent\.mjs/,
    );
    const { lines } = await rig.install('0.1.0');
    assert.ok(lines.includes(`changed: release ${current} (before: ${current})`), lines.join('\n'));
    await rig.host.exec('cd /opt/homelab-agent/current && sha256sum -c --quiet SHA256SUMS');
  });

  test('reports who holds the lock and since when, and exits with 75', async () => {
    const script = await rig.installer('0.1.0');
    const lock = '/run/homelab-agent-install.lock';
    const { exitCode, stderr } = await rig.run(
      `echo 'by darren since noon (process 7)' >${lock}; flock ${lock} ${script} --check`,
    );
    assert.equal(exitCode, 75);
    assert.match(
      stderr,
      /Another installation is running: by darren since noon \(process 7\)\. Wait/,
    );
    assert.equal((await rig.run(`${script} --check`)).exitCode, 0);
  });

  test('is not held up by another user: the lock is for root alone, and a status is read in bounded time', async () => {
    const script = await rig.installer('0.1.0');
    const lock = '/run/homelab-agent-install.lock';
    await rig.mustInstall('0.1.0');
    const other = await rig.host.exec(
      `setpriv --reuid nobody --clear-groups flock -n ${lock} true 2>&1 || echo refused`,
    );
    assert.match(other.stdout, /refused/);
    const status = '/run/homelab-agent/status.json';
    await rig.host.exec(`cp ${status} /tmp/status; truncate -s 200G ${status}`);
    assert.equal((await rig.run(`${script} --check`)).exitCode, 0);
    await rig.host.exec(`rm ${status}; mkfifo ${status}`);
    assert.equal((await rig.run(`${script} --check`)).exitCode, 0);
    await rig.host.exec(`rm ${status}; cat /tmp/status >${status}`);
  });

  test('keeps as many releases as configured, and never removes the current two or foreign files', async () => {
    const { current } = await rig.state();
    await rig.host.exec(
      'mkdir /opt/homelab-agent/releases/notes /opt/homelab-agent/releases/x-00000000',
    );
    await rig.host.exec(
      `cp -a /opt/homelab-agent/runtime/${RUNTIME} /opt/homelab-agent/runtime/node-v1.0.0-linux-x64`,
    );
    const live = await rig.mustInstall('0.2.0', '--keep 1');
    const { stdout } = await rig.host.exec(
      'ls /opt/homelab-agent/releases; ls /opt/homelab-agent/runtime',
    );
    assert.deepEqual(
      stdout.split('\n').sort(),
      [current, live, RUNTIME, 'notes', 'x-00000000'].sort(),
    );
    const listed = await rig.run('/opt/homelab-agent/current/install-agent.sh --releases');
    assert.deepEqual(
      listed.lines.map(line => line.split('\t').slice(0, 2)),
      [
        [current, 'previous'],
        [live, 'current'],
      ],
    );
  });

  test("runs with the server's own Node if configured, and goes back to the bundled one by its name", async () => {
    await rig.mustInstall('0.1.0', '--config /root/a.yaml');
    await rig.host.exec('cp /opt/homelab-agent/runtime/*/bin/node /usr/local/bin/node');
    const script = await rig.installer('0.1.0');
    const own = await rig.run(`${script} --runtime system --gate 1`);
    assert.equal(own.exitCode, 0, own.stderr);
    const system = await rig.state();
    assert.equal(
      (
        await rig.host.exec(
          `readlink /opt/homelab-agent/current/node /proc/${await rig.mainPid()}/exe`,
        )
      ).stdout,
      '/usr/local/bin/node\n/usr/local/bin/node',
    );
    assert.equal((await rig.run(script)).lines.at(-1), 'result: unchanged');
    const bundled = await rig.run(`${script} --runtime ${RUNTIME} --gate 1`);
    assert.equal(bundled.exitCode, 0, bundled.stderr);
    assert.equal((await rig.state()).current, system.previous);
  });

  test('writes to the journal who did what', async () => {
    await rig.install('0.2.0', '--by "darren@laptop"');
    const { current, previous } = await rig.state();
    const { stdout } = await rig.host.exec('journalctl -t homelab-deploy -o cat -n 1 --no-pager');
    assert.equal(stdout, `result=changed release=${current} before=${previous} by="darren@laptop"`);
  });

  test('runs after a reboot, too', async () => {
    await rig.host.reboot();
    const { current } = await rig.state();
    await rig.host.exec('systemctl is-system-running --wait', { reject: false });
    const { active, running } = await rig.state();
    assert.deepEqual([active, running], ['active', current]);
  });
});
