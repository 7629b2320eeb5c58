/**
 * The candidate that `word` most likely misspells, or undefined if none is near; `most` is how many letters may differ.
 */
export function nearest(
  word: string,
  candidates: readonly string[],
  most = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  const plain = word.toLowerCase().replaceAll('-', '_');
  let best: string | undefined;
  let least = most + 1;
  for (const candidate of candidates) {
    const distance = editDistance(plain.slice(0, 60), candidate.replaceAll('-', '_'));
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** How many single letters must be changed, added or dropped to come from `from` to `to`. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
