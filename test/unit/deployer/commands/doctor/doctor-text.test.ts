import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doctorText, type Report } from '../../../../../deployer/commands/doctor/doctor-text.ts';
import { fail, pass, warn } from '../../../../../deployer/commands/doctor/finding.ts';

const machine: Report = { about: 'This machine', findings: [pass('ssh')] };
const well = (about: string): Report => ({ about, findings: [pass('Reach'), pass('Clock')] });
const plain = (_: string, text: string): string => text;

test('doctorText() gives servers that are fine one line, and every check of one that is not', () => {
  const warned = { about: 'nas-3', findings: [pass('Reach'), warn('Old Node')] };
  const failed = { about: 'pi-1', findings: [pass('Reach'), fail('No login\nTry ssh pi-1')] };
  assert.equal(
    doctorText(machine, [well('nas-1'), warned, failed, well('nas-2')], plain),
    `This machine
  pass  ssh
Servers
  pass  Every check: nas-1, nas-2
nas-3
  warn  Old Node
pi-1
  pass  Reach
  fail  No login
        Try ssh pi-1

To fix before a push: 1
`,
  );
});

test('doctorText() lists every check of a server that was asked for alone', () => {
  assert.equal(
    doctorText(machine, [well('nas-1')], plain),
    `This machine
  pass  ssh
nas-1
  pass  Reach
  pass  Clock

Ready to push
`,
  );
});
