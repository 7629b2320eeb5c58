export interface Token {
  readonly kind: 'name' | 'text' | 'integer' | 'float' | 'operator' | 'end';
  readonly text: string;
}

/** Far more than an expression has; each may be a level of the stack when it is evaluated. */
const MOST_TOKENS = 500;

const TOKEN =
  /\s+|([\p{L}_][\p{L}\p{N}_]*)|'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"|(\d+\.\d+(?:[eE][-+]?\d+)?)|([1-9](?:_?\d)*|0+)(?!\w)|(==|!=|<=|>=|[.[\](),|~+\-*/%<>=:{}])/guy;

/** The inside of `{{ }}` as tokens. Throws a RangeError for characters that no expression has. */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of expression.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const [, name, single, double, float, integer, operator] = match;
    const text = single ?? double;
    if (tokens.length >= MOST_TOKENS) {
      throw new RangeError(`Expected an expression of at most ${MOST_TOKENS} parts, found more`);
    }
    if (text !== undefined) tokens.push({ kind: 'text', text: refuseEscapes(text) });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (float !== undefined) tokens.push({ kind: 'float', text: float });
    else if (integer !== undefined)
      tokens.push({ kind: 'integer', text: integer.replaceAll('_', '') });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
  }
  if (end !== expression.length) {
    throw new RangeError(
      `Expected an expression in {{ }}, found ${JSON.stringify(expression.slice(end).slice(0, 20))}`,
    );
  }
  return [...tokens, { kind: 'end', text: '}}' }];
}

/**
 * Ansible doubles every backslash before Jinja halves them again, so they stand for themselves; before a quote it
 * fails.
 */
function refuseEscapes(text: string): string {
  if (/\\['"]/.test(text)) {
    throw new RangeError(
      'Expected no backslash before a quote in a template: use the other kind of quotes',
    );
  }
  return text;
}
