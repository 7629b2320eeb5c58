/** A number of servers, or a percentage of all that are to be changed. */
export type BatchSize = { readonly count: number } | { readonly percent: number };

/** `5` or `30%`; null for anything else. A count may be 0, a percentage reaches from 0 to 100. */
export function parseBatchSize(text: string): BatchSize | null {
  const [, digits, sign] = /^(\d{1,6})(%?)$/.exec(text.trim()) ?? [];
  if (digits === undefined) return null;
  const value = Number(digits);
  if (sign === '') return { count: value };
  return value <= 100 ? { percent: value } : null;
}

/** As it is written: `5`, `30%`. */
export function showBatchSize(size: BatchSize): string {
  return 'count' in size ? String(size.count) : `${size.percent}%`;
}

/** How many of `total` a batch size is, rounded down; `least` where that would be less. */
export function sizeOf(share: BatchSize, total: number, least: number): number {
  const size = 'count' in share ? share.count : Math.floor((total * share.percent) / 100);
  return Math.max(least, size);
}

/**
 * Cuts the items into batches of these sizes, one after the other; the last size repeats until all are in one, as with
 * Ansible's `serial`. No sizes: one batch of all.
 */
export function batches<Item>(items: readonly Item[], sizes: readonly BatchSize[]): Item[][] {
  const cut: Item[][] = [];
  let at = 0;
  for (let turn = 0; at < items.length; turn++) {
    const share = sizes[Math.min(turn, sizes.length - 1)] ?? { percent: 100 };
    const end = at + sizeOf(share, items.length, 1);
    cut.push(items.slice(at, end));
    at = end;
  }
  return cut;
}
