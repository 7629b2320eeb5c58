import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { need } from '../../../support/need.ts';
import { Rig } from './rig.ts';

suite('install-agent.sh beside a drop-in of the administrator', need('servers'), () => {
  let rig: Rig;
  const directory = '/etc/systemd/system/homelab-agent.service.d';
  const write = (value: string) =>
    rig.host.exec(
      `mkdir -p ${directory} && printf '[Service]\\nEnvironment=A=${value}\\n' >${directory}/a.conf`,
    );
  const environment = async () =>
    (await rig.host.exec('systemctl show -p Environment --value homelab-agent')).stdout;

  before(async () => {
    rig = await Rig.start();
    await write('before');
    await rig.mustInstall('0.1.0', '--config /root/a.yaml');
  });
  after(() => rig?.stop());

  test('leaves it where it is', async () => {
    assert.match(await environment(), /A=before/);
  });

  test('has systemd read one that was edited since, and restarts the service by it, once', async () => {
    const pid = await rig.mainPid();
    await write('after');
    const fixed = await rig.install('0.1.0');
    assert.ok(fixed.lines.includes('changed: service restarted'), fixed.lines.join('\n'));
    assert.notEqual(await rig.mainPid(), pid);
    assert.match(await environment(), /A=after/);
    assert.equal((await rig.install('0.1.0')).lines.at(-1), 'result: unchanged');
  });
});
