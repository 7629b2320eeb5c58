/**
 * Runs `work` for every item, at most `limit` at a time, and gives the results in the items' order.
 * Once `stop` says so, no further item is started; its place stays undefined.
 */
export async function pool<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
  stop: () => boolean = () => false,
): Promise<(Result | undefined)[]> {
  const results: (Result | undefined)[] = items.map(() => undefined);
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) {
      if (stop()) return;
      results[at] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
