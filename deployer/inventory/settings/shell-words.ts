/**
 * Splits as a POSIX shell would, quotes and backslashes included, but expands nothing: what Ansible does with
 * `ansible_ssh_common_args`. Throws a RangeError for a quote without its pair.
 */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  const token = /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/gy;
  let word: string | undefined;
  let end = 0;
  for (const match of text.matchAll(token)) {
    end = match.index + match[0].length;
    const [, single, double, escaped, plain] = match;
    const part = single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped ?? plain;
    if (part === undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + part;
    }
  }
  if (end !== text.length)
    throw new RangeError(
      'Expected each quote with its pair, found one alone: close it, or put a backslash before it',
    );
  if (word !== undefined) words.push(word);
  return words;
}
