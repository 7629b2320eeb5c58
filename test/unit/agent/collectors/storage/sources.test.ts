import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as mounts from '../../../../../agent/collectors/mounts.ts';
import * as emmc from '../../../../../agent/collectors/storage/emmc.ts';
import * as ext4 from '../../../../../agent/collectors/storage/ext4.ts';
import { UnderVoltage } from '../../../../../agent/collectors/storage/under-voltage.ts';
import { hostTree, write } from '../support/host-tree.ts';

suite('ext4', () => {
  test('errors that were recorded are a fault, named by the place of the file system', t => {
    const { host } = hostTree(t, {
      'sys/fs/ext4/features/lazy_itable_init': 'supported\n',
      'sys/fs/ext4/sda1/errors_count': '0\n',
      'sys/fs/ext4/dm-0/errors_count': '3\n',
      'sys/class/block/dm-0/dev': '253:0\n',
    });
    const table = mounts.parse('40 1 253:0 / /srv rw - ext4 /dev/mapper/vg-srv rw\n');
    const { watched, findings } = ext4.read(host, table);
    assert.deepEqual(watched, ['ext4 dm-0', 'ext4 sda1']);
    assert.deepEqual(
      findings.map(({ code, severity, text }) => [code, severity, text]),
      [
        [
          'ext4-errors',
          'fault',
          'ext4 /srv (dm-0) has errors, which the kernel recorded: check it with e2fsck',
        ],
      ],
    );
  });

  test('a count that is no number is no fault', () => {
    assert.deepEqual(ext4.judge('sda1', '', null), []);
    assert.deepEqual(ext4.judge('sda1', '0', null), []);
  });
});

suite('eMMC', () => {
  const severity = (lifeTime: string | null, preEol: string | null) =>
    emmc.judge('mmcblk0', lifeTime, preEol)[0]?.severity;

  test('a chip within its life is well, and 0x00 is unknown', () => {
    assert.equal(severity('0x02 0x01', '0x01'), undefined);
    assert.equal(severity('0x00 0x00', '0x00'), undefined);
    assert.equal(severity('0x09 0x01', null), undefined);
  });

  test('the last tenth of its life is a warning, its end a fault', () => {
    assert.equal(severity('0x01 0x0a', '0x01'), 'warning');
    assert.equal(severity('0x0b 0x03', '0x01'), 'fault');
  });

  test('spare blocks that are nearly used up count as well', () => {
    assert.equal(severity('0x03 0x03', '0x02'), 'warning');
    assert.equal(severity(null, '0x03'), 'fault');
  });

  test('a card, which has neither file, is not watched, nor are a chip’s boot areas', t => {
    const { host } = hostTree(t, {
      'sys/block/mmcblk0/device/type': 'SD\n',
      'sys/block/mmcblk1/device/life_time': '0x02 0x01\n',
      'sys/block/mmcblk1boot0/device/life_time': '0x0b 0x0b\n',
    });
    const { watched, findings } = emmc.read(host, ['mmcblk0', 'mmcblk1', 'mmcblk1boot0']);
    assert.deepEqual([watched, findings], [['eMMC mmcblk1'], []]);
  });
});

suite('under-voltage', () => {
  const chips = {
    'sys/class/hwmon/hwmon0/name': 'cpu_thermal\n',
    'sys/class/hwmon/hwmon1/name': 'rpi_volt\n',
    'sys/class/hwmon/hwmon1/in0_lcrit_alarm': '1\n',
  };
  const at = (time: string): Date => new Date(`2026-11-20T${time}Z`);

  test('is a warning for an hour, since the driver reports the last seconds alone', t => {
    const { host, root } = hostTree(t, chips);
    const supply = new UnderVoltage(host);
    const reported = (time: string) =>
      supply.read(at(time)).findings.map(({ code, severity }) => [code, severity]);
    assert.deepEqual(reported('10:00:00'), [['under-voltage', 'warning']]);
    write(root, { 'sys/class/hwmon/hwmon1/in0_lcrit_alarm': '0\n' });
    assert.equal(reported('11:00:00').length, 1);
    assert.deepEqual(reported('11:00:01'), []);
  });

  test('is watched where the Raspberry Pi’s driver is', t => {
    const { host } = hostTree(t, { ...chips, 'sys/class/hwmon/hwmon1/in0_lcrit_alarm': '0\n' });
    const well = new UnderVoltage(host).read(at('10:00:00'));
    assert.deepEqual(well, { watched: ['power supply'], findings: [] });
    const other = hostTree(t, { 'sys/class/hwmon/hwmon0/name': 'k10temp\n' });
    assert.deepEqual(new UnderVoltage(other.host).read(at('10:00:00')).watched, []);
  });
});
