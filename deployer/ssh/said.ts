import { quoted } from '../../agent/contract/plain-text.ts';

/** What a server or a program said, for a message: on one line, quoted, without control characters; its end if it is long. */
export function said(text: string, limit = 400): string {
  const lines = text.split(/[\r\n]+/).map(line => line.trim());
  const whole = lines.filter(line => line !== '').join('; ');
  if (whole === '') return 'it said nothing';
  const kept = whole.length > limit ? `…${whole.slice(-limit)}` : whole;
  return `it said ${quoted(kept, limit + 1)}`;
}
