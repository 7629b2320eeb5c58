import type { LookupFunction } from 'node:net';

/**
 * Look-ups of the hub's name, of which one goes on at a time. One cannot be cancelled, and where no name server answers
 * the C library tries for a minute and more: those of all attempts would queue up for as long as that lasts. A later
 * caller takes the place of the one before, which has given up.
 */
export function sharedLookup(lookup: LookupFunction): LookupFunction {
  let waiting: Parameters<LookupFunction>[2] | undefined;
  return (name, options, callback) => {
    const isUnderWay = waiting !== undefined;
    waiting = callback;
    if (isUnderWay) return;
    lookup(name, options, (...answer) => {
      const last = waiting;
      waiting = undefined;
      last?.(...answer);
    });
  };
}
