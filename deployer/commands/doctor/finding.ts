/** One thing that was checked: fine, worth knowing, or a reason why a push would fail. */
export interface Finding {
  readonly level: 'pass' | 'warn' | 'fail';
  readonly text: string;
}

export function pass(text: string): Finding {
  return { level: 'pass', text };
}

export function warn(text: string): Finding {
  return { level: 'warn', text };
}

export function fail(text: string): Finding {
  return { level: 'fail', text };
}
