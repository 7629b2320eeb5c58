import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes of the files in a directory whose names fit all but the newest, by the time of their last change. */
export async function keepNewest(directory: string, name: RegExp, count: number): Promise<void> {
  const names = (await readdir(directory)).filter(each => name.test(each));
  const aged = await Promise.all(
    names.map(async each => ({ each, time: (await stat(join(directory, each))).mtimeMs })),
  );
  aged.sort((a, b) => b.time - a.time);
  await Promise.all(
    aged.slice(count).map(({ each }) => rm(join(directory, each), { force: true })),
  );
}
