/**
 * Whether a name fits a pattern: `~` starts a regular expression that matches from the start of the name, everything
 * else is a glob for the whole name (`*`, `?`, `[abc]`, `[!abc]`). Throws a RangeError for a broken expression, and for
 * one that only Python reads.
 */
export function compilePattern(pattern: string): (name: string) => boolean {
  try {
    const regex = pattern.startsWith('~')
      ? pythonRegex(pattern.slice(1))
      : new RegExp(`^(?:${globToRegex(pattern)})$`, 'us');
    return name => regex.test(name);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RangeError(
      `Expected a host pattern, found ${JSON.stringify(pattern)}, which is not a valid one: what follows ~ has to be a regular expression, without what only Python has, such as \\A`,
    );
  }
}

/** `(?i)` at the start, `(?P<name>` and a backslash before any punctuation, which JavaScript writes in other ways. */
function pythonRegex(text: string): RegExp {
  const [flag = ''] = /^\(\?i\)/.exec(text) ?? [];
  const source = text
    .slice(flag.length)
    .replaceAll(/\\([\s\S])|\(\?P</g, (whole, escaped?: string) => {
      if (escaped === undefined) return '(?<';
      return /[ -/:-@[-`{-~]/.test(escaped) ? `\\x${escaped.charCodeAt(0).toString(16)}` : whole;
    });
  return new RegExp(`^(?:${source})`, flag === '' ? 'u' : 'iu');
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
