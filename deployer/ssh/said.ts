import { quoted } from '../../agent/contract/plain-text.ts';

const LIMIT = 400;

/** What a server or a program said, for a message: on one line, quoted, without control characters; its end if it is long. */
export function said(text: string): string {
  const lines = text.split(/[\r\n]+/).map(line => line.trim());
  const whole = lines.filter(line => line !== '').join('; ');
  if (whole === '') return 'it said nothing';
  const kept = whole.length > LIMIT ? `…${whole.slice(-LIMIT)}` : whole;
  return `it said ${quoted(kept, LIMIT + 1)}`;
}
