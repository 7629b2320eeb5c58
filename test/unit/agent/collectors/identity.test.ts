import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as cpuInfo from '../../../../agent/collectors/cpu-info.ts';
import { Identity } from '../../../../agent/collectors/identity.ts';
import * as liveCpuInfo from '../../../../agent/collectors/live-cpu-info.ts';
import * as osInfo from '../../../../agent/collectors/os-info.ts';
import { Host } from '../../../../agent/host/host.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { RecordingLog } from '../../../support/recording-log.ts';
import { hostTree } from './support/host-tree.ts';

test('osInfo.parse() reads bare, double-quoted and single-quoted values', () => {
  const values = osInfo.parse(`NAME="Debian \\"GNU\\"/Linux"
ID=debian
VARIANT='a "b"'
# comment=1
`);
  assert.equal(values.get('NAME'), 'Debian "GNU"/Linux');
  assert.equal(values.get('ID'), 'debian');
  assert.equal(values.get('VARIANT'), 'a "b"');
});

test('osInfo.read() names distribution, version, kernel and architecture', t => {
  const { host } = hostTree(t, {
    'etc/os-release': 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
    'proc/sys/kernel/osrelease': '6.1.0-18-amd64\n',
    'proc/sys/kernel/arch': 'x86_64\n',
  });
  assert.deepEqual(osInfo.read(host), {
    distribution: 'Debian GNU/Linux',
    version: '12',
    kernel: '6.1.0-18-amd64',
    architecture: 'x86_64',
  });
});

test('osInfo.read() reads the file itself where the link to it leads nowhere', t => {
  const { host } = hostTree(t, {
    'etc/os-release': '-> /nonexistent/os-release',
    'usr/lib/os-release': 'NAME=Debian\nVERSION_CODENAME=forky\n',
  });
  const { distribution, version } = osInfo.read(host);
  assert.deepEqual([distribution, version], ['Debian', 'forky']);
  // As git leaves a link of a recorded tree, and an empty version as Debian testing had it.
  const text = hostTree(t, {
    'etc/os-release': '../usr/lib/os-release',
    'usr/lib/os-release': 'NAME=Debian\nVERSION_ID=""\nVERSION_CODENAME=forky\n',
  });
  assert.equal(osInfo.read(text.host).version, 'forky');
});

test('osInfo.read() is null where nothing tells', t => {
  assert.deepEqual(osInfo.read(hostTree(t, {}).host), {
    distribution: null,
    version: null,
    kernel: null,
    architecture: null,
  });
});

test('cpuInfo.parse() reads the model and counts the processors', () => {
  const one = (n: number) => `processor\t: ${n}\nmodel name\t: Intel(R) N100\nflags\t\t: fpu\n\n`;
  assert.deepEqual(cpuInfo.parse(one(0) + one(1)), { model: 'Intel(R) N100', cores: 2 });
});

test('cpuInfo.parse() names an ARM core by its number', () => {
  const text = 'processor\t: 0\nBogoMIPS\t: 108.00\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n';
  assert.deepEqual(cpuInfo.parse(text), { model: 'Cortex-A72', cores: 1 });
  assert.equal(cpuInfo.parse(text.replace('0xd08', '0xfff')).model, null);
  assert.equal(cpuInfo.parse(text.replace('0x41', '0x51')).model, null);
});

test('cpuInfo.read() counts the processors of a host whose list is empty', t => {
  const { host } = hostTree(t, {
    'proc/cpuinfo': '',
    'sys/devices/system/cpu/online': '0-2,5\n',
  });
  assert.deepEqual(cpuInfo.read(host), { cpu_model: null, cpu_cores: 4 });
  assert.deepEqual(cpuInfo.read(hostTree(t, {}).host), { cpu_model: null, cpu_cores: null });
});

test('liveCpuInfo.parse() joins maker and model, and knows the words for not known', () => {
  assert.equal(liveCpuInfo.parse('Intel', 'Core i5-8500T', 6).cpu_model, 'Intel Core i5-8500T');
  assert.equal(liveCpuInfo.parse('AMD', 'AMD EPYC', 2).cpu_model, 'AMD EPYC');
  assert.equal(liveCpuInfo.parse('unknown', 'Cortex-A72', 4).cpu_model, 'Cortex-A72');
  assert.deepEqual(liveCpuInfo.parse('unknown', 'unknown', 0), {
    cpu_model: null,
    cpu_cores: null,
  });
});

for (const [name, askCpu, reason] of [
  ['fails', async () => Promise.reject(new Error('lscpu failed')), 'lscpu failed'],
  ['has no answer', async () => null, 'no answer'],
] as const) {
  test(`the kernel's files tell the processor where systeminformation ${name}, and the journal says so`, async () => {
    const log = new RecordingLog();
    const host = new Host('/');
    const identity = new Identity({ host, clock: new FakeClock(), log, askCpu });
    assert.deepEqual((await identity.read()).cpu_info, cpuInfo.read(host));
    assert.deepEqual(log.lines, [
      `warning systeminformation cannot tell the processor: using the kernel's files alone reason=${reason}`,
    ]);
  });
}
