/** Controls, line separators and what is invisible or turns the direction; not \p{Cc} and \p{Cf}, for which V8 loads ICU. */
const control = [
  String.raw`\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f`,
  String.raw`\u3164\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}`,
];
const controls = new RegExp(`[${control.join('')}]`, 'gu');

/** With every control character written out: the text comes from outside, and goes to a journal or a terminal. */
export function plain(text: string): string {
  return text.replace(controls, written);
}

/** The same for a text of several lines: line ends and tabs stay. */
export function plainLines(text: string): string {
  return text.replace(controls, sign => (sign === '\n' || sign === '\t' ? sign : written(sign)));
}

/** For JSON.parse: every text of a document from outside, with its control characters written out. */
export function plainTexts(_: string, value: unknown): unknown {
  return typeof value === 'string' ? plain(value) : value;
}

/** The start of a text, in quotation marks. */
export function quoted(text: string, limit = 200): string {
  return plain(JSON.stringify(text.length > limit ? `${text.slice(0, limit)}…` : text));
}

function written(sign: string): string {
  const digits = (sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
  return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits}`;
}
