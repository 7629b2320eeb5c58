import assert from 'node:assert/strict';
import { type MeasuredMount, parse } from '../../../../../agent/collectors/mounts.ts';
import type { Space } from '../../../../../agent/host/recording.ts';

export const gib = 2 ** 30;

/** In GiB. */
export const space = (size: number, free: number, available = free): Space => ({
  size: size * gib,
  free: free * gib,
  available: available * gib,
});

/** The mount of a line of a mount table, with this space. */
export function measured(line: string, of: Space): MeasuredMount {
  const [mount] = parse(line);
  assert.ok(mount);
  return { mount, isShown: true, space: of };
}
