/**
 * Whether a name fits a pattern: `~` starts a regular expression that matches from the start of the name, everything
 * else is a glob for the whole name (`*`, `?`, `[abc]`, `[!abc]`). Throws a RangeError for a broken expression.
 */
export function compilePattern(pattern: string): (name: string) => boolean {
  try {
    const regex = pattern.startsWith('~')
      ? new RegExp(`^(?:${pattern.slice(1)})`, 'u')
      : new RegExp(`^(?:${globToRegex(pattern)})$`, 'us');
    return name => regex.test(name);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RangeError(
      `Expected a host pattern, found ${JSON.stringify(pattern)}, which is not a valid one: what follows ~ has to be a regular expression`,
    );
  }
}

function globToRegex(glob: string): string {
  let regex = '';
  let rest = glob;
  while (rest !== '') {
    const set = /^\[(!?)(\]?[^\]]*)\]/.exec(rest);
    const char = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    if (set !== null) regex += `[${set[1] === '' ? '' : '^'}${escapeSet(set[2] ?? '')}]`;
    else if (char === '*') regex += '.*';
    else regex += char === '?' ? '.' : escapeRegex(char);
    rest = rest.slice(set?.[0].length ?? char.length);
  }
  return regex;
}

function escapeSet(set: string): string {
  return set.replaceAll(/[\\\]^&~|[]/g, String.raw`\$&`);
}

function escapeRegex(char: string): string {
  return /[\\^$.|?*+()[\]{}/]/.test(char) ? `\\${char}` : char;
}
