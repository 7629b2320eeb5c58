import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { readInstaller } from '../../../../deployer/build/installer.ts';
import { need } from '../../../support/need.ts';
import { Rig } from './rig.ts';

suite('install-agent.sh before it touches anything', need('servers'), () => {
  let rig: Rig;

  before(async () => {
    rig = await Rig.start();
  });
  after(() => rig?.stop());

  test('refuses what it cannot do before it touches anything', async () => {
    const script = await rig.installer('0.1.0');
    const full = `${script} --runtime ${rig.runtime} --config /root/a.yaml`;
    const fake = (programs: Record<string, string>) => rig.shim(programs);
    await rig.write('/root/refused.yaml', 'refused\n');
    await rig.refused(
      script,
      /No configuration at \/etc\/homelab-agent\/config\.yaml; .*config\.yaml\.example/,
    );
    await rig.refused(
      `${script} --config /root/a.yaml`,
      /No runtime for linux-x64 here; give one: --runtime/,
    );
    await rig.refused(
      `${script} --runtime ${rig.runtime} --config /root/refused.yaml`,
      /refused: .*refused\.yaml:1:1/,
    );
    await rig.refused(
      `${script} --runtime /root/a.yaml --config /root/a.yaml`,
      /Expected the archive of a runtime/,
    );
    await rig.refused(
      `${script} --runtime system --config /root/a.yaml`,
      /Expected Node 22\.19 or newer on the server, found none/,
    );
    await rig.refused(`${script} --confg x`, /Unknown argument "--confg"/);
    await rig.refused(`${script} --gate soon`, /--gate wants a whole number, found "soon"/);
    await rig.refused(`${script} --purge`, /--purge belongs to --uninstall/);
    await rig.refused(`${script} --rollback`, /No release before this one is recorded/);
    await rig.refused(`${script} --rollback ../x`, /Expected the name of a release/);
    await rig.refused(
      `setpriv --reuid nobody --clear-groups sh -c 'cd /; exec sh -s --' <${script}`,
      /Expected to run as root, found uid/,
    );
    await rig.refused(full, /found armv7l/, await fake({ uname: 'echo armv7l' }));
    await rig.refused(
      full,
      /found x86_64 with 32-bit programs/,
      await fake({ getconf: 'case $1 in LONG_BIT) echo 32 ;; *) echo glibc 2.36 ;; esac' }),
    );
    await rig.refused(
      full,
      /Expected a runtime for linux-arm64/,
      await fake({ uname: 'echo aarch64' }),
    );
    await rig.refused(
      `${script} --runtime system --config /root/a.yaml`,
      /Expected Node 22\.19 or newer on the server, found v20\.1\.0/,
      await fake({ node: 'echo v20.1.0' }),
    );
  });

  test('--check says the same, whatever variables the environment has', async () => {
    const script = await rig.installer('0.1.0');
    const check = `${script} --runtime ${rig.runtime} --config /root/a.yaml --check`;
    const names = (await readInstaller('.')).match(/\b[A-Z][A-Z_]*(?==)/g) ?? [];
    const env = Object.fromEntries(names.map(name => [name, '1']));
    const { PATH, LC_ALL, ...rest } = env;
    assert.ok(PATH && LC_ALL && rest['GUARD'], names.join(' '));
    assert.deepEqual(await rig.run(check, rest), await rig.run(check));
  });

  test('refuses a runtime that does not start here, even where the rest was checked elsewhere', async () => {
    const runtime = 'node-v24.99.0-linux-x64';
    await rig.host.exec(
      `mkdir -p /root/${runtime}/bin && cd /root &&
       printf '#!/bin/sh\necho "wants another libc" >&2; exit 127\n' >${runtime}/bin/node &&
       chmod +x ${runtime}/bin/node && tar -czf ${runtime}.tar.gz ${runtime}`,
    );
    const full = `${await rig.installer('0.1.0')} --config /root/a.yaml --runtime /root/${runtime}.tar.gz`;
    await rig.refused(full, /The runtime does not start on this server: .*another libc/);
    await rig.refused(`${full} --checked`, /The runtime does not start .*another libc/);
  });

  test('refuses files that were damaged on the way, and names them', async () => {
    const script = await rig.installer('0.1.1');
    await rig.host.exec(`echo x >>$(dirname ${script})/homelab-agent.mjs`);
    await rig.refused(`${script} --config /root/a.yaml`, /are damaged: homelab-agent\.mjs: FAILED/);
  });

  test('leaves nothing behind where the space is not enough, foreseen or not', async () => {
    const script = await rig.installer('0.1.0');
    const full = `${script} --runtime ${rig.runtime} --config /root/a.yaml`;
    await rig.host.exec('mount -t tmpfs -o size=40m none /opt');
    try {
      await rig.refused(
        full,
        /Not enough space for \/opt\/homelab-agent: wanted 1\d\d MB, found 40 MB/,
      );
      const blind = await rig.shim({ df: 'printf "x\\nx 0 0 9999999 x x\\nx 0 0 9999999 x x\\n"' });
      await rig.refused(full, /Cannot unpack/, blind);
      assert.equal((await rig.host.exec('ls -A /opt')).stdout, '');
    } finally {
      await rig.host.exec('umount /opt');
    }
  });

  test('--checked skips the check of an upgrade only if the running build is the one that stays', async () => {
    await rig.write('/root/refused.yaml', 'hub_url: "http://refused"\n');
    await rig.mustInstall('0.1.0', '--config /root/a.yaml');
    const again = '--config /root/refused.yaml --gate 1 --checked';
    const other = await rig.run(`${await rig.installer('0.2.0')} ${again}`);
    assert.equal(other.exitCode, 2);
    assert.match(other.stderr, /The configuration is refused/);
    const stopped = await rig.run(
      `systemctl stop homelab-agent; /opt/homelab-agent/current/install-agent.sh ${again}`,
    );
    assert.equal(stopped.exitCode, 2);
    await rig.host.exec('systemctl start homelab-agent');
    const same = await rig.run(`/opt/homelab-agent/current/install-agent.sh ${again}`);
    assert.equal(same.exitCode, 0, same.stderr);
  });
});
