/** Nobody answered in time. The code is the one that sockets use, so that one place puts both into words. */
export function timedOut(ms: number): Error & { code: string } {
  return Object.assign(new Error(`No answer within ${ms / 1000} s`), { code: 'ETIMEDOUT' });
}
