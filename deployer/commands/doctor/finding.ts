/** One thing that was looked at: all is well, worth knowing, or in the way of a push. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'wrong';
  readonly text: string;
}

export function ok(text: string): Finding {
  return { level: 'ok', text };
}

export function note(text: string): Finding {
  return { level: 'note', text };
}

export function wrong(text: string): Finding {
  return { level: 'wrong', text };
}
