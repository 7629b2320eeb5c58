import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ignoreWarnings } from './support/fakes.ts';
import { type Files, hostTree } from './support/host-tree.ts';
import { chip, sensorsOf, zone } from './support/sensor-files.ts';

type Labelled = readonly (readonly [label: string, input: string])[];

const labelled = (sensors: Labelled): Files =>
  Object.fromEntries(
    sensors.flatMap(([label, input], at) => [
      [`temp${at + 1}_label`, label],
      [`temp${at + 1}_input`, input],
    ]),
  );

/** The processor's temperature, and how many sensors have a row, of chips and zones. */
async function read(
  t: TestContext,
  chips: Readonly<Record<string, Labelled>>,
  zones: Readonly<Record<string, string>> = {},
): Promise<[cpu: number | null, rows: number]> {
  const { host } = hostTree(
    t,
    Object.assign(
      {},
      ...Object.entries(chips).map(([name, sensors], at) => chip(at, name, labelled(sensors))),
      ...Object.entries(zones).map(([type, temp], at) => zone(at, type, temp)),
    ),
  );
  const { cpu, all } = await sensorsOf(host).read(ignoreWarnings);
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

for (const [board, zones, expected] of [
  ['RK3588', { 'package-thermal': 51, 'bigcore0-thermal': 52, 'gpu-thermal': 60 }, 51],
  ['RK3588 with its maker’s kernel', { 'soc-thermal': 48, 'bigcore0-thermal': 52 }, 48],
  ['RK3399', { 'cpu-thermal': 45, 'gpu-thermal': 60 }, 45],
  ['Odroid XU4', { 'cpu0-thermal': 61, 'cpu1-thermal': 66, 'gpu-thermal': 70 }, 66],
  ['Jetson', { 'AO-therm': 70, 'CPU-therm': 50, 'GPU-therm': 60 }, 50],
  ['Amlogic', { 'ddr-thermal': 70, 'cpu-thermal': 52, 'soc-thermal': 55 }, 52],
  ['LS1028A', { 'ddr-controller': 50, 'core-cluster': 47 }, 47],
  ['i.MX6', { imx_thermal_zone: 44 }, 44],
] as const) {
  const entries = Object.entries(zones);
  const byZone = entries.map(([type, celsius], at) => zone(at, type, String(celsius * 1000)));
  const byChip = entries.map(([type, celsius], at) =>
    chip(at, type.replaceAll('-', '_'), { temp1_input: `${celsius * 1000}\n` }),
  );
  test(`the processor of a board is found by the names of its zones: ${board}`, async t => {
    const { host } = hostTree(t, Object.assign({}, ...byZone));
    assert.equal((await sensorsOf(host).read(ignoreWarnings)).cpu, expected);
  });
  test(`each sensor of a board has one row, though it is a chip and a zone: ${board} (pitfall 45)`, async t => {
    const { host } = hostTree(t, Object.assign({}, ...byZone, ...byChip));
    const { all, cpu } = await sensorsOf(host).read(ignoreWarnings);
    assert.deepEqual([cpu, all.length], [expected, entries.length]);
  });
}

test('a zone that is a chip as well is no second row where neither tells the processor’s', async t => {
  const { host } = hostTree(t, {
    ...chip(0, 'acpitz', { temp1_input: '27800\n' }),
    ...zone(0, 'acpitz', '27800'),
    ...zone(1, 'x86_pkg_temp', '52000'),
  });
  const { all, cpu } = await sensorsOf(host).read(ignoreWarnings);
  assert.deepEqual([cpu, ...all.map(each => each.sensor)], [52, 'acpitz', 'x86_pkg_temp']);
});
