import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { oneAtATime } from '../../../../deployer/lib/concurrency.ts';
import { UserError } from '../../../../deployer/lib/errors.ts';
import { readSecret } from '../../../../deployer/ui/read-secret.ts';

/** A terminal that remembers its raw mode. */
class Terminal extends PassThrough {
  readonly modes: boolean[] = [];

  setRawMode(on: boolean): void {
    this.modes.push(on);
  }
}

function ask(terminal: Terminal, signal = new AbortController().signal) {
  const output = new PassThrough();
  return { output, answer: readSecret('Password: ', terminal, output, signal) };
}

test('readSecret() reads one line without showing it', async () => {
  const terminal = new Terminal();
  const { output, answer } = ask(terminal);
  for (const piece of ['secx', '\u007f', 'r', '\u00e9t\r']) terminal.write(piece);
  assert.equal(await answer, 'secrét');
  output.end();
  assert.equal((await output.toArray()).join(''), 'Password: \n');
  assert.deepEqual(terminal.modes, [true, false]);
});

test('readSecret() starts over on Ctrl-U', async () => {
  const terminal = new Terminal();
  const { answer } = ask(terminal);
  terminal.write('wrong\u0015right\n');
  assert.equal(await answer, 'right');
});

test('readSecret() ends with exit code 130 on Ctrl-C and at the end of input', async () => {
  for (const end of ['\u0003', '\u0004', undefined]) {
    const terminal = new Terminal();
    const { answer } = ask(terminal);
    if (end === undefined) terminal.end();
    else terminal.write(end);
    await assert.rejects(answer, error => error instanceof UserError && error.exitCode === 130);
    assert.deepEqual(terminal.modes, [true, false]);
  }
});

test('readSecret() ends when it is aborted, and lets the terminal go', async () => {
  const terminal = new Terminal();
  const controller = new AbortController();
  const { answer } = ask(terminal, controller.signal);
  controller.abort(new Error('Enough'));
  await assert.rejects(answer, /Enough/);
  assert.deepEqual(terminal.modes, [true, false]);
});

test('oneAtATime() asks the second question when the first has its answer, or has failed', async () => {
  const asked: string[] = [];
  const answers: Array<PromiseWithResolvers<string>> = [];
  const question = oneAtATime((text: string) => {
    asked.push(text);
    const answer = Promise.withResolvers<string>();
    answers.push(answer);
    return answer.promise;
  });
  const [first, second] = [question('a'), question('b')];
  await Promise.resolve();
  assert.deepEqual(asked, ['a']);
  answers[0]?.reject(new Error('no'));
  await assert.rejects(first, /no/);
  await new Promise(setImmediate);
  assert.deepEqual(asked, ['a', 'b']);
  answers[1]?.resolve('yes');
  assert.equal(await second, 'yes');
});
