import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { StorageMemory } from '../../../../../agent/collectors/storage/storage-memory.ts';
import { judge, Zfs } from '../../../../../agent/collectors/storage/zfs.ts';
import type { Host } from '../../../../../agent/host/host.ts';
import { type Files, hostTree, write } from '../support/host-tree.ts';

const kstat = 'proc/spl/kstat/zfs';
/** As ZFS packs its list of pools: a version, then each pool's name with its length before it. */
const cache = (...pools: string[]): Files => ({
  'etc/zfs/zpool.cache': `\x01\x01\0\0\0\0\0\0\0\0\0\x01${pools.map(name => `\0\0\0${String.fromCharCode(name.length)}${name}`).join('')}`,
});

const server: Files = {
  [`${kstat}/arcstats`]: '13 1 0x01 147 39984 5142436172 80151243712\n',
  [`${kstat}/dbufs`]: '\n',
  [`${kstat}/$import/state`]: 'ONLINE\n',
  [`${kstat}/rpool/state`]: 'ONLINE\n',
  [`${kstat}/tank/state`]: 'ONLINE\n',
  ...cache('rpool', 'tank'),
};

const at = (time: string): Date => new Date(`2026-11-${time}:00Z`);

/** A server whose agent may be restarted; what it remembers is on its disk. */
class Server {
  readonly host: Host;
  readonly #root: string;
  #memory: StorageMemory;
  #zfs: Zfs;
  #sameBoot = true;

  constructor(t: TestContext, files: Files) {
    const { host, root } = hostTree(t, files);
    this.host = host;
    this.#root = root;
    this.#memory = this.#newMemory();
    this.#zfs = new Zfs(host, this.#memory);
  }

  read(time: string): string[] {
    const { findings } = this.#zfs.read(at(time), this.#sameBoot);
    this.#sameBoot = true;
    this.#memory.save();
    return findings.map(({ severity, text }) => `${severity}: ${text}`);
  }

  /** Its kernel, and with it the agent. */
  restart(): void {
    this.#sameBoot = false;
    this.#memory = this.#newMemory();
    this.#zfs = new Zfs(this.host, this.#memory);
  }

  change(files: Files): void {
    write(this.#root, files);
  }

  remove(path: string): void {
    rmSync(join(this.#root, path), { recursive: true });
  }

  #newMemory(): StorageMemory {
    return new StorageMemory(join(this.#root, 'storage.json'), { writes: true });
  }
}

test('only ONLINE is well, which a scrub leaves it', () => {
  assert.deepEqual(judge('tank', 'ONLINE'), []);
  for (const state of ['DEGRADED', 'FAULTED', 'OFFLINE', 'REMOVED', 'UNAVAIL', 'SUSPENDED']) {
    const [finding] = judge('tank', state);
    assert.equal(finding?.text, `ZFS pool tank is ${state}: see "zpool status tank"`);
    assert.equal(finding?.severity, 'fault');
  }
});

test('statistics, and pools that are only looked for, are no pools', t => {
  const { host } = hostTree(t, server);
  const memory = new StorageMemory(null, { writes: false });
  assert.deepEqual(new Zfs(host, memory).read(at('20T10:00'), true), {
    watched: ['zfs rpool', 'zfs tank'],
    findings: [],
  });
});

test('a pool’s state is read anew in each beat', t => {
  const nas = new Server(t, server);
  assert.deepEqual(nas.read('20T10:00'), []);
  nas.change({ [`${kstat}/tank/state`]: 'DEGRADED\n' });
  assert.deepEqual(nas.read('20T10:01'), [
    'fault: ZFS pool tank is DEGRADED: see "zpool status tank"',
  ]);
  nas.change({ [`${kstat}/tank/state`]: 'ONLINE\n' });
  assert.deepEqual(nas.read('20T10:02'), []);
});

const gone = 'fault: ZFS pool tank is gone: it was imported before, see "zpool import"';

test('a pool that was there before a restart and is gone is a fault, until it is back', t => {
  const nas = new Server(t, server);
  nas.read('20T10:00');
  nas.remove(`${kstat}/tank`);
  // The other pool's import writes the list without the one that failed.
  nas.change(cache('rpool'));
  nas.restart();
  assert.deepEqual(nas.read('20T10:05'), [gone]);
  assert.deepEqual(nas.read('22T10:05'), [gone]);
  nas.change({ [`${kstat}/tank/state`]: 'ONLINE\n' });
  assert.deepEqual(nas.read('22T10:06'), []);
});

test('a pool that is gone while ZFS does not load at all is a fault', t => {
  const nas = new Server(t, server);
  nas.read('20T10:00');
  nas.remove(kstat);
  nas.restart();
  assert.equal(nas.read('20T10:05').length, 2);
});

test('a pool that is gone is forgotten after a week', t => {
  const nas = new Server(t, server);
  nas.read('20T10:00');
  nas.remove(`${kstat}/tank`);
  assert.deepEqual(nas.read('20T10:01'), [gone]);
  assert.deepEqual(nas.read('27T10:01'), [gone]);
  assert.deepEqual(nas.read('27T10:02'), []);
});

test('a pool that was exported, as one on a USB disk is, is a warning for a day', t => {
  const nas = new Server(t, server);
  nas.read('20T10:00');
  nas.remove(`${kstat}/tank`);
  nas.change(cache('rpool'));
  assert.deepEqual(nas.read('20T10:01'), ['warning: ZFS pool tank was exported']);
  assert.deepEqual(nas.read('21T10:01'), ['warning: ZFS pool tank was exported']);
  assert.deepEqual(nas.read('21T10:02'), []);
});

test('a server without ZFS has nothing to watch', t => {
  const { host } = hostTree(t, {});
  const memory = new StorageMemory(null, { writes: false });
  assert.deepEqual(new Zfs(host, memory).read(at('20T10:00'), true), { watched: [], findings: [] });
});
