import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes of the files in a directory whose names fit all but the newest, by the time of their last change. */
export async function keepNewest(directory: string, name: RegExp, count: number): Promise<void> {
  const names = (await readdir(directory)).filter(each => name.test(each));
  const aged = await Promise.all(names.map(each => age(join(directory, each))));
  aged.sort((a, b) => b.time - a.time);
  await Promise.all(aged.slice(count).map(({ path }) => rm(path, { force: true })));
}

/** A file that another run has removed meanwhile is the oldest of all. */
async function age(path: string): Promise<{ path: string; time: number }> {
  const found = await stat(path).catch(() => null);
  return { path, time: found?.mtimeMs ?? 0 };
}
