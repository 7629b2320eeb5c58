import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure, match, parse } from '../../../../agent/collectors/systemctl.ts';
import { record, show } from './support/systemctl-output.ts';

test('parse() splits records at empty lines and keys at the first equals sign', () => {
  const [first, second] = parse(
    show(record('a.service', { Names: 'a=b.service' }), record('b.service')),
  );
  assert.equal(first?.['Names'], 'a=b.service');
  assert.equal(second?.['Id'], 'b.service');
});

test('match() goes by order, since an alias answers with another name (pitfall 26)', () => {
  const units = parse(show(record('ssh.service'), record('cron.service')));
  assert.deepEqual(
    match(['sshd', 'cron'], units).map(each => each?.['Id']),
    ['ssh.service', 'cron.service'],
  );
});

test('match() goes by name where an answer is missing', () => {
  const units = parse(show(record('ssh.service', { Names: 'ssh.service sshd.service' })));
  assert.deepEqual(
    match(['bad\\name', 'sshd'], units).map(each => each?.['Id']),
    [undefined, 'ssh.service'],
  );
});

test('figure() is null for "[not set]" and for all ones (pitfall 26)', () => {
  assert.equal(figure('[not set]'), null);
  assert.equal(figure('18446744073709551615'), null);
  assert.equal(figure('infinity'), null);
  assert.equal(figure(''), null);
  assert.equal(figure('5828608'), 5828608);
});
