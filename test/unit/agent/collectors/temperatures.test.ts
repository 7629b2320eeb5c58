import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../../../agent/collectors/temperatures.ts';
import { Host } from '../../../../agent/host/host.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { ignoreWarnings, RecordedWarnings } from './support/fakes.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';
import { chip, sensorsOf, zone } from './support/sensor-files.ts';

test('parse() reads thousandths of a degree', () => {
  assert.equal(parse('46850\n'), 46.9);
  assert.equal(parse('-5000\n'), -5);
});

test('parse() takes no reading that no machine can have (pitfall 20)', () => {
  for (const text of [
    '-128000',
    '-62000',
    '127000',
    '127500',
    '128000',
    '255500',
    '0',
    '',
    'N/A',
    '1e5',
  ])
    assert.equal(parse(text), null);
});

test('a Raspberry Pi’s processor has no label, and its thermal zone is the same sensor (pitfall 20)', async t => {
  const { host } = hostTree(t, {
    ...chip(0, 'cpu_thermal', { temp1_input: '46850\n' }),
    ...chip(1, 'rpi_volt', { in0_lcrit_alarm: '0\n' }),
    ...zone(0, 'cpu-thermal', '46850'),
  });
  assert.deepEqual(await sensorsOf(host).read(ignoreWarnings), {
    all: [{ sensor: 'cpu_thermal', celsius: 46.9 }],
    cpu: 46.9,
  });
});

test('a thermal zone tells the processor’s where no chip does (pitfall 20)', async t => {
  const { host } = hostTree(t, {
    ...chip(0, 'nvme', { temp1_input: '38850\n', temp1_label: 'Composite\n' }),
    ...zone(0, 'acpitz', '27800'),
    ...zone(1, 'x86_pkg_temp', '52000'),
  });
  const { all, cpu } = await sensorsOf(host).read(ignoreWarnings);
  assert.equal(cpu, 52);
  assert.deepEqual(
    all.map(each => each.sensor),
    ['nvme Composite', 'acpitz', 'x86_pkg_temp'],
  );
});

test('the package stands for its cores (pitfall 20)', async t => {
  const { host } = hostTree(t, {
    ...chip(0, 'coretemp', {
      temp1_input: '51000\n',
      temp1_label: 'Package id 0\n',
      temp2_input: '49000\n',
      temp2_label: 'Core 0\n',
    }),
  });
  assert.deepEqual(await sensorsOf(host).read(ignoreWarnings), {
    all: [{ sensor: 'coretemp Package id 0', celsius: 51 }],
    cpu: 51,
  });
});

test('without a package the hottest core is the processor’s, and every core has its row', async t => {
  const { host } = hostTree(t, {
    ...chip(0, 'acpitz', { temp1_input: '26800\n' }),
    ...chip(1, 'coretemp', {
      temp2_input: '44000\n',
      temp2_label: 'Core 0\n',
      temp3_input: '47000\n',
      temp3_label: 'Core 1\n',
    }),
    ...zone(0, 'acpitz', '26800'),
  });
  const { all, cpu } = await sensorsOf(host).read(ignoreWarnings);
  assert.equal(cpu, 47);
  assert.deepEqual(
    all.map(each => each.sensor),
    ['acpitz', 'coretemp Core 0', 'coretemp Core 1'],
  );
});

for (const label of ['Package id', 'Physical id']) {
  test(`of several sockets the hottest is the processor’s (${label}) (pitfall 44)`, async t => {
    const socket = (number: number, package_: number, core: number) =>
      chip(number, 'coretemp', {
        temp1_input: `${package_}\n`,
        temp1_label: `${label} ${number}\n`,
        temp2_input: `${core}\n`,
        temp2_label: 'Core 0\n',
      });
    const { host } = hostTree(t, {
      ...socket(0, 50000, 49000),
      ...socket(1, 71000, 90000),
      ...socket(2, 60000, 58000),
    });
    const { all, cpu } = await sensorsOf(host).read(ignoreWarnings);
    assert.deepEqual([cpu, all.length], [71, 3]);
  });
}

test('Tdie is the processor’s, of which Tctl is only a control value with an offset', async t => {
  const node = (number: number, die: number) =>
    chip(number, 'k10temp', {
      temp1_input: `${die + 27000}\n`,
      temp1_label: 'Tctl\n',
      temp2_input: `${die}\n`,
      temp2_label: 'Tdie\n',
      temp3_input: '90000\n',
      temp3_label: 'Tccd1\n',
    });
  const { host } = hostTree(t, { ...node(0, 41000), ...node(1, 43000) });
  const { all, cpu } = await sensorsOf(host).read(ignoreWarnings);
  assert.equal(cpu, 43);
  assert.ok(all.every(each => each.sensor !== 'k10temp Tctl'));
});

test('an input that its driver calls faulty is left out', async t => {
  const { host, root } = hostTree(
    t,
    chip(0, 'lm90', { temp1_input: '85000\n', temp1_fault: '1\n' }),
  );
  const temperatures = sensorsOf(host);
  assert.deepEqual((await temperatures.read(ignoreWarnings)).all, []);
  write(root, chip(0, 'lm90', { temp1_fault: '0\n' }));
  assert.equal((await temperatures.read(ignoreWarnings)).all.length, 1);
});

test('a disk’s own sensor is never read, so that a sleeping disk sleeps (pitfall 19)', async t => {
  const { host } = hostTree(t, chip(0, 'drivetemp', { temp1_input: '31000\n' }));
  assert.deepEqual((await sensorsOf(host).read(ignoreWarnings)).all, []);
});

/** A host with a sensor that answers with an error, or never. */
class BadSensor extends Host {
  asked = 0;
  answer: () => Promise<string> = () => Promise.reject(new Error('ENODATA'));

  override async slowAttribute(path: string): Promise<string> {
    if (!path.includes('hwmon0')) return await super.slowAttribute(path);
    this.asked += 1;
    return await this.answer();
  }
}

const unreadable = (reason: string): string =>
  `sensor-unreadable /sys/class/hwmon/hwmon0/temp1_input: Sensor nct6775 cannot be read and is left out: ${reason}`;

const twoChips: Files = {
  ...chip(0, 'nct6775', { temp1_input: '0\n' }),
  ...chip(1, 'k10temp', { temp1_input: '40000\n', temp1_label: 'Tctl\n' }),
};

test('a sensor that fails does not take the others with it (pitfall 20)', async t => {
  const host = new BadSensor(hostTree(t, twoChips).root);
  assert.deepEqual(await sensorsOf(host).read(ignoreWarnings), {
    all: [{ sensor: 'k10temp Tctl', celsius: 40 }],
    cpu: 40,
  });
});

test('a driver that never answers is waited for once (pitfall 20)', async t => {
  const host = new BadSensor(hostTree(t, twoChips).root);
  host.answer = () => new Promise(() => {});
  const clock = new FakeClock();
  const warnings = new RecordedWarnings();
  const temperatures = sensorsOf(host, clock);
  const first = temperatures.read(warnings.warn);
  await new Promise(setImmediate);
  clock.advance(1000);
  assert.equal((await first).cpu, 40);
  assert.equal((await temperatures.read(warnings.warn)).cpu, 40);
  assert.equal(host.asked, 1);
  assert.deepEqual(new Set(warnings.take()), new Set([unreadable('no answer')]));
});

test('a sensor that cannot be read is a warning, and one that has no reading is none', async t => {
  const host = new BadSensor(hostTree(t, twoChips).root);
  const warnings = new RecordedWarnings();
  const temperatures = sensorsOf(host);
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
  host.answer = failing('ENODATA');
  await temperatures.read(warnings.warn);
  assert.deepEqual(warnings.take(), []);
  host.answer = failing('EIO');
  await temperatures.read(warnings.warn);
  assert.deepEqual(warnings.take(), [unreadable('EIO')]);
  host.answer = async () => '30000';
  await temperatures.read(warnings.warn);
  assert.deepEqual(warnings.take(), []);
});

test('a chip that was plugged in later is found', async t => {
  const { host, root } = hostTree(t, chip(0, 'k10temp', { temp1_input: '40000\n' }));
  const temperatures = sensorsOf(host);
  await temperatures.read(ignoreWarnings);
  write(root, chip(1, 'nvme', { temp1_input: '38850\n' }));
  assert.equal((await temperatures.read(ignoreWarnings)).all.length, 2);
});
