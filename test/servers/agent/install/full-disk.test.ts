import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { need } from '../../../support/need.ts';
import { Rig } from './rig.ts';

suite('a disk that fills up in the middle of an installation', need('servers'), () => {
  let rig: Rig;
  let env: Record<string, string>;

  before(async () => {
    rig = await Rig.start();
    await rig.host.exec('mount -t tmpfs -o size=300m,nr_inodes=300 none /opt');
    // From the moment of the restart on there is not one block, and not one entry of a directory, left.
    env = await rig.shim({
      systemctl: `
        if [ "$1" = restart ]; then
          dd if=/dev/zero of=/opt/filled bs=64k 2>/dev/null
          i=0; while (: >/opt/filled.$i) 2>/dev/null; do i=$((i + 1)); done
        fi
        exec /bin/systemctl "$@"`,
    });
    await rig.mustInstall('0.1.0', '--config /root/a.yaml');
    await rig.mustInstall('0.2.0', '--config /root/b.yaml');
  });
  after(() => rig?.stop());

  const left = async () => (await rig.host.exec('ls -A /opt/homelab-agent')).stdout;

  test('does not keep a release that fails from being rolled back', async () => {
    const found = await rig.state();
    await rig.installer('0.3.0', 'dies at once');
    const script = await rig.installer('0.3.0');
    const outcome = await rig.run(`${script} --config /root/a.yaml --gate 0`, env);
    assert.equal(outcome.lines.at(-1), 'result: rolled-back', outcome.stderr);
    assert.deepEqual(await rig.state(), found);
    assert.equal(await left(), 'current\nprevious\nreleases\nruntime');
    assert.equal((await rig.host.exec('df -P /opt | tail -n 1')).stdout.split(/ +/)[3], '0');
    await rig.host.exec('rm -f /opt/filled*');
  });

  test('does not keep a good one from going live', async () => {
    const outcome = await rig.run(
      `${await rig.installer('0.1.0')} --config /root/a.yaml --gate 0`,
      env,
    );
    assert.equal(outcome.lines.at(-1), 'result: changed', outcome.stderr);
    const { current, running } = await rig.state();
    assert.match(current, /^0\.1\.0-/);
    assert.equal(running, current);
    assert.equal(await left(), 'current\nprevious\nreleases\nruntime');
  });

  test('that is full already refuses the next one, and touches nothing', async () => {
    const found = await rig.fingerprint();
    const outcome = await rig.install('0.2.0', '--config /root/b.yaml');
    assert.equal(outcome.exitCode, 2);
    assert.match(outcome.stderr, /Cannot write to|Not enough space for \/opt/);
    assert.equal(await rig.fingerprint(), found);
  });
});
