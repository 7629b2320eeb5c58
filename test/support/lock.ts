import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs `work` while holding an exclusive flock(2) on `file`, which the kernel gives back even when this process dies.
 * `waiting` is called once when another process holds it.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  waiting: () => void = () => {},
): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const notice = setTimeout(waiting, 500);
  try {
    const [first] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
    if (!Buffer.isBuffer(first)) throw new Error(`Cannot lock ${file}: flock ended with ${first}`);
    clearTimeout(notice);
    return await work();
  } finally {
    clearTimeout(notice);
    holder.stdin.end();
  }
}
