import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachable } from '../../../../agent/collectors/mount-tree.ts';
import { type Mount, parse } from '../../../../agent/collectors/mounts.ts';

const many = 5_000;
const rows = Array.from({ length: many }, (_, at) => at + 2);
const table = (row: (at: number) => string): Mount[] =>
  parse(['1 0 8:1 / / rw - ext4 /dev/sda1 rw', ...rows.map(row)].join('\n'));

test('thousands of mounts in one directory are each looked at a few times, not each beside each', () => {
  let looks = 0;
  const mounts = table(at => `${at} 1 0:${at} / /srv/data/${at} rw - tmpfs tmpfs rw`).map(mount => {
    const { mountPoint } = mount;
    return Object.defineProperty(mount, 'mountPoint', {
      get: () => {
        looks++;
        return mountPoint;
      },
    });
  });
  assert.equal(reachable(mounts).length, many + 1);
  assert.ok(looks < 10 * many, `${looks} looks`);
});

test('of thousands of mounts one over another the last is reached', () => {
  const mounts = table(at => `${at} ${at - 1} 0:${at} / /srv rw - tmpfs tmpfs rw`);
  assert.deepEqual(
    reachable(mounts).map(({ id }) => id),
    ['1', String(many + 1)],
  );
});
