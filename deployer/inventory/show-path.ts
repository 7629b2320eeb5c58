import { relative } from 'node:path';

/** How messages name a path: relative if that is shorter. */
export function showPath(cwd: string, path: string): string {
  const near = relative(cwd, path);
  return near === '' || near.startsWith('../../') || near.length > path.length ? path : near;
}
