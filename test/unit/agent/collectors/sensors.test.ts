import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Temperatures } from '../../../../agent/collectors/temperatures.ts';
import { CallGuard } from '../../../../agent/host/call-guard.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { ignoreWarnings } from './support/fakes.ts';
import { type Files, hostTree } from './support/host-tree.ts';

type Labelled = readonly (readonly [label: string, input: string])[];

/** The processor's temperature, and how many sensors have a row, of chips and zones. */
async function read(
  t: TestContext,
  chips: Readonly<Record<string, Labelled>>,
  zones: Readonly<Record<string, string>> = {},
): Promise<[cpu: number | null, rows: number]> {
  const files: Record<string, string> = {};
  for (const [at, [name, sensors]] of Object.entries(chips).entries()) {
    files[`sys/class/hwmon/hwmon${at}/name`] = name;
    for (const [number, [label, input]] of sensors.entries()) {
      files[`sys/class/hwmon/hwmon${at}/temp${number + 1}_label`] = label;
      files[`sys/class/hwmon/hwmon${at}/temp${number + 1}_input`] = input;
    }
  }
  for (const [at, [type, temp]] of Object.entries(zones).entries()) {
    files[`sys/class/thermal/thermal_zone${at}/type`] = type;
    files[`sys/class/thermal/thermal_zone${at}/temp`] = temp;
  }
  const host = hostTree(t, files satisfies Files).host;
  const patience = new CallGuard(new FakeClock());
  const { cpu, all } = await new Temperatures({ host, patience }).read(ignoreWarnings);
  return [cpu, all.length];
}

test('cores stand in for a package without a reading, and Tctl for Tdie (pitfall 20)', async t => {
  const cores: Labelled = [
    ['Core 0', '45000'],
    ['Core 1', '43000'],
  ];
  assert.deepEqual(await read(t, { coretemp: [['Package id 0', '0'], ...cores] }), [45, 2]);
  assert.deepEqual(await read(t, { coretemp: [['Package id 0', '46000'], ...cores] }), [46, 1]);
  const amd = (tdie: string): Labelled => [
    ['Tctl', '68000'],
    ['Tdie', tdie],
  ];
  assert.deepEqual(await read(t, { k10temp: amd('0') }), [68, 1]);
  assert.deepEqual(await read(t, { k10temp: amd('41000') }), [41, 1]);
});

test('a chip whose name says nothing may say by a label that it has the processor’s', async t => {
  for (const [chip, label] of [
    ['k8temp', 'Core0 Temp'],
    ['apm_xgene', 'SoC Temperature'],
    ['scmi_sensors', 'cpu-thermal'],
    ['thinkpad', 'CPU'],
    ['nct6798', 'PECI Agent 0'],
  ] as const) {
    assert.deepEqual(await read(t, { [chip]: [[label, '44000']] }), [44, 1], chip);
  }
  assert.deepEqual(await read(t, { nct6798: [['CPUTIN', '44000']] }), [null, 1]);
  const better = { x86_pkg_temp: '50000' };
  assert.deepEqual(await read(t, { thinkpad: [['CPU', '44000']] }, better), [50, 2]);
});

test('the processor’s zone is known by the names that kernels give it on boards', async t => {
  for (const zone of ['kirkwood_thermal', 'exynos-therm', 'mpu-thermal', 'nb-thermal', 'cls0']) {
    assert.deepEqual(await read(t, {}, { [zone]: '44000' }), [44, 1], zone);
  }
});
