/** A blank, or one word: quotes and blocks of Jinja keep it together. A tab separates nothing. */
const TOKEN =
  /[ \n]+|(?:'[^']*'|"[^"]*"|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}|[^ \n'"])+/gy;

/**
 * Splits `key=value key2="a b"` as Ansible does, which is no shell: only quotes around a whole value go, and
 * `key={{ other }}` stays together. Throws a RangeError for what is no such pair, and for a backslash, of which Ansible
 * decodes some (`\t`) and leaves others.
 */
export function keyValues(text: string): [name: string, value: string][] {
  if (text.includes('\\')) {
    throw new RangeError(
      String.raw`Expected key=value without a backslash, found one: write {"key": "C:\\dir"}, which is JSON, or @FILE`,
    );
  }
  const tokens = text.match(TOKEN) ?? [];
  if (tokens.join('') !== text) {
    throw new RangeError(
      'Expected each quote with its pair, found one alone: close it, or write {"key": "it\'s"}, which is JSON',
    );
  }
  return tokens.filter(token => token.trim() !== '').map(toPair);
}

function toPair(word: string): [name: string, value: string] {
  const [, name, value] = /^([^='"]+)=([\s\S]*)$/.exec(word) ?? [];
  if (name !== undefined && value !== undefined) return [name.trim(), unquote(value.trim())];
  throw new RangeError(
    `Expected key=value, @FILE or {key: value}, found ${JSON.stringify(word)}: quote a value that has spaces, such as 'key="a b"'`,
  );
}

/** A text without the quotes around the whole of it, as Ansible takes them off. */
export function unquote(text: string): string {
  return /^(["'])(?:.*[^\\])?\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}
