import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  doctorExitCode,
  doctorText,
  type Report,
} from '../../../../../deployer/commands/doctor/doctor-text.ts';
import { type Finding, fail, pass, warn } from '../../../../../deployer/commands/doctor/finding.ts';

const report = (about: string, ...findings: Finding[]): Report => ({
  ...{ about, findings, unreachable: false },
});
const machine = report('This machine', pass('ssh'));
const well = (about: string): Report => report(about, pass('Reach'), pass('Clock'));
const plain = (_: string, text: string): string => text;

test('doctorText() gives servers that are fine one line, and every check of one that is not', () => {
  const warned = report('nas-3', pass('Reach'), warn('Old Node'));
  const failed = report('pi-1', pass('Reach'), fail('No login\nTry ssh pi-1'));
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

test('a server that is only unreachable is no failure of the check', () => {
  const away = { ...report('pi-1', fail('No answer')), unreachable: true };
  const failed = report('pi-2', fail('No login'));
  assert.equal(doctorExitCode([machine, report('pi-3', warn('Old Node'))]), 0);
  assert.equal(doctorExitCode([machine, away]), 3);
  assert.equal(doctorExitCode([machine, away, failed]), 1);
});
