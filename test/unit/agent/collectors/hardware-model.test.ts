import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as hardwareModel from '../../../../agent/collectors/hardware-model.ts';
import { hostTree } from './support/host-tree.ts';

test('hardware_model is the board’s name without its closing NUL', t => {
  const { host } = hostTree(t, { 'proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0' });
  assert.equal(hardwareModel.read(host), 'Raspberry Pi 4 Model B Rev 1.4');
});

test('hardware_model is maker and product, without a form that nobody filled in', t => {
  const named = hostTree(t, {
    'sys/class/dmi/id/sys_vendor': 'LENOVO\n',
    'sys/class/dmi/id/product_name': '10MQS0DN00\n',
  });
  assert.equal(hardwareModel.read(named.host), 'LENOVO 10MQS0DN00');
  const blank = hostTree(t, {
    'sys/class/dmi/id/sys_vendor': 'To Be Filled By O.E.M.\n',
    'sys/class/dmi/id/product_name': 'Default string\n',
  });
  assert.equal(hardwareModel.read(blank.host), null);
});
