import assert from 'node:assert/strict';

/** Holds a figure that moves to two readings of it, one before and one after, and a tolerance. */
export function assertBetween(
  actual: number | null | undefined,
  [one, other, tolerance]: [number, number, number],
): void {
  assert.ok(typeof actual === 'number', `Expected a number, found ${actual}`);
  const [low, high] = [Math.min(one, other) - tolerance, Math.max(one, other) + tolerance];
  assert.ok(low <= actual && actual <= high, `Expected ${low} to ${high}, found ${actual}`);
}
