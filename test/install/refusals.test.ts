import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { needRoot } from '../support/need-root.ts';
import { Rig } from './rig.ts';

suite('install-agent.sh before it touches anything', needRoot(), () => {
  let rig: Rig;

  before(async () => {
    rig = await Rig.start();
  });
  after(() => rig?.stop());

  /** Refused with this message, and not a file touched. */
  async function refused(command: string, message: RegExp, env: Record<string, string> = {}) {
    const found = await rig.fingerprint();
    const outcome = await rig.run(command, env);
    assert.equal(outcome.exitCode, 2);
    assert.match(outcome.stderr, message);
    assert.equal(outcome.lines.at(-1), 'result: failed');
    assert.equal(await rig.fingerprint(), found);
  }

  test('refuses what it cannot do before it touches anything', async () => {
    const script = await rig.installer('0.1.0');
    const full = `${script} --runtime ${rig.runtime} --config /root/a.yaml`;
    const fake = (programs: Record<string, string>) => rig.shim(programs);
    await rig.write('/root/refused.yaml', 'refused\n');
    await refused(
      script,
      /No configuration at \/etc\/homelab-agent\/config\.yaml; .*config\.yaml\.example/,
    );
    await refused(
      `${script} --config /root/a.yaml`,
      /No runtime for linux-x64 here; give one: --runtime/,
    );
    await refused(
      `${script} --runtime ${rig.runtime} --config /root/refused.yaml`,
      /refused: .*refused\.yaml:1:1/,
    );
    await refused(
      `${script} --runtime /root/a.yaml --config /root/a.yaml`,
      /Expected the archive of a runtime/,
    );
    await refused(
      `${script} --runtime system --config /root/a.yaml`,
      /server's own Node, but there is none/,
    );
    await refused(`${script} --confg x`, /Unknown argument "--confg"/);
    await refused(`${script} --gate soon`, /--gate wants a whole number, found "soon"/);
    await refused(`${script} --purge`, /--purge belongs to --uninstall/);
    await refused(`${script} --rollback`, /No release before this one is recorded/);
    await refused(`${script} --rollback ../x`, /Expected the name of a release/);
    await refused(
      `setpriv --reuid nobody --clear-groups sh -c 'cd /; exec sh -s --' <${script}`,
      /must run as root/,
    );
    await refused(full, /found armv7l/, await fake({ uname: 'echo armv7l' }));
    await refused(
      full,
      /64-bit kernel \(x86_64\) with 32-bit programs \(i386\)/,
      await fake({ dpkg: 'echo i386' }),
    );
    await refused(
      full,
      /Expected a runtime for linux-arm64/,
      await fake({ uname: 'echo aarch64', dpkg: 'echo arm64' }),
    );
    await refused(
      `${script} --runtime system --config /root/a.yaml`,
      /Expected Node 22\.19 or later, found v20\.1\.0/,
      await fake({ node: 'echo v20.1.0' }),
    );
  });

  test('refuses files that were damaged on the way, and names them', async () => {
    const script = await rig.installer('0.1.1');
    await rig.host.exec(`echo x >>$(dirname ${script})/homelab-agent.mjs`);
    await refused(`${script} --config /root/a.yaml`, /are damaged: homelab-agent\.mjs: FAILED/);
  });

  test('leaves nothing behind where the space is not enough, foreseen or not', async () => {
    const script = await rig.installer('0.1.0');
    const full = `${script} --runtime ${rig.runtime} --config /root/a.yaml`;
    await rig.host.exec('mount -t tmpfs -o size=40m none /opt');
    try {
      await refused(
        full,
        /Not enough space for \/opt\/homelab-agent: wanted 1\d\d MB, found 40 MB/,
      );
      const blind = await rig.shim({ df: 'printf "x\\nx 0 0 9999999 x x\\nx 0 0 9999999 x x\\n"' });
      await refused(full, /Cannot unpack/, blind);
      assert.equal((await rig.host.exec('ls -A /opt')).stdout, '');
    } finally {
      await rig.host.exec('umount /opt');
    }
  });
});
