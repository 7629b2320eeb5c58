import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pool, StartLimit } from '../../../../deployer/lib/concurrency.ts';

/** Work that ends when it is told to, and remembers what has begun. */
class Works {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, PromiseWithResolvers<string>>();

  readonly begin = (name: string): Promise<string> => {
    this.begun.push(name);
    const end = Promise.withResolvers<string>();
    this.#ends.set(name, end);
    return end.promise;
  };

  end(name: string): void {
    this.#ends.get(name)?.resolve(name);
  }

  fail(name: string): void {
    this.#ends.get(name)?.reject(new Error(name));
  }
}

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('StartLimit runs so many at a time under one key, in the order of asking', async () => {
  const works = new Works();
  const limit = new StartLimit(1);
  const run = (key: string, name: string) => limit.run(key, () => works.begin(name));
  const [first, second] = [run('a', 'a1'), run('a', 'a2'), run('a', 'a3'), run('b', 'b1')];
  await settled();
  assert.deepEqual(works.begun, ['a1', 'b1']);
  works.fail('a1');
  await assert.rejects(first, /a1/);
  await settled();
  assert.deepEqual(works.begun, ['a1', 'b1', 'a2']);
  works.end('a2');
  assert.equal(await second, 'a2');
  await settled();
  assert.deepEqual(works.begun, ['a1', 'b1', 'a2', 'a3']);
});

test('StartLimit releases waiting work when it is aborted, and keeps no place for it', async () => {
  const works = new Works();
  const limit = new StartLimit(1);
  const stop = new AbortController();
  const run = (name: string, signal?: AbortSignal) =>
    limit.run('a', () => works.begin(name), signal);
  const first = run('first');
  const aborted = run('aborted', stop.signal);
  const next = run('next');
  await settled();
  stop.abort(new Error('Enough'));
  await assert.rejects(aborted, /Enough/);
  await assert.rejects(run('too late', stop.signal), /Enough/);
  works.end('first');
  await first;
  await settled();
  assert.deepEqual(works.begun, ['first', 'next']);
  works.end('next');
  await next;
  const last = run('last');
  await settled();
  works.end('last');
  assert.equal(await last, 'last');
});

test('StartLimit leaves work that has begun to its own end when it is aborted', async () => {
  const works = new Works();
  const stop = new AbortController();
  const running = new StartLimit(1).run('a', () => works.begin('work'), stop.signal);
  await settled();
  stop.abort(new Error('Enough'));
  works.end('work');
  assert.equal(await running, 'work');
});

test('pool() runs so many at a time, gives results in order, and starts none once it is to stop', async () => {
  const works = new Works();
  let stop = false;
  const results = pool(['a', 'b', 'c', 'd'], 2, works.begin, () => stop);
  await settled();
  assert.deepEqual(works.begun, ['a', 'b']);
  works.end('b');
  await settled();
  assert.deepEqual(works.begun, ['a', 'b', 'c']);
  stop = true;
  works.end('c');
  works.end('a');
  assert.deepEqual(await results, ['a', 'b', 'c', undefined]);
});
