/**
 * `2026-11-20T06:12:44.071Z`: a moment as the hub and the status file have it. The same text as `toISOString`, for
 * which V8 loads ICU and its time zones: 1 MB for the life of a daemon.
 */
export function timestamp(at: Date): string {
  const date = [at.getUTCFullYear(), two(at.getUTCMonth() + 1), two(at.getUTCDate())].join('-');
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':');
  return `${date}T${time}.${String(at.getUTCMilliseconds()).padStart(3, '0')}Z`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
