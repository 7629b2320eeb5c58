const UNITS: readonly [number, string][] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** A span of seconds in its largest unit: `3 d`, `17 min`, `0 s`. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [size, name] = UNITS.find(([unit]) => whole >= unit) ?? [1, 's'];
  return `${Math.floor(whole / size)} ${name}`;
}

/** `1 disk`, `3 disks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
