import type { Expression } from './expression.ts';
import { type Token, tokenize } from './tokens.ts';

/** Far more than a template has; without a limit the stack would overflow. */
const DEEPEST = 50;

/** Parses the inside of `{{ }}`. Throws a RangeError that names what is not supported. */
export function parseExpression(source: string): Expression {
  return new Parser(tokenize(source)).parseWhole();
}

/** Recursive descent with Jinja's precedence: if-else, or, and, not, comparison, +, ~, then filters and items. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parseWhole(): Expression {
    const whole = this.#choice();
    if (this.#peek().kind !== 'end') throw this.#unsupported();
    return whole;
  }

  #choice(): Expression {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new RangeError('Expected a template with less nesting');
    const yes = this.#or();
    this.#depth -= 1;
    if (!this.#take('name', 'if')) return yes;
    const test = this.#or();
    return {
      kind: 'choice',
      test,
      yes,
      no: this.#take('name', 'else') ? this.#choice() : undefined,
    };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#take('name', 'or'))
      left = { kind: 'binary', operator: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#take('name', 'and'))
      left = { kind: 'binary', operator: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    let negations = 0;
    while (this.#take('name', 'not')) negations += 1;
    let of = this.#comparison();
    for (; negations > 0; negations -= 1) of = { kind: 'not', of };
    return of;
  }

  #comparison(): Expression {
    const left = this.#sum();
    const operator = this.#comparator();
    if (operator === undefined) return left;
    const right = this.#sum();
    if (this.#comparator() !== undefined)
      throw new RangeError(
        'Expected one comparison, found a chain of them, which is not supported',
      );
    return { kind: 'binary', operator, left, right };
  }

  #comparator(): '==' | '!=' | 'in' | 'not in' | undefined {
    if (this.#take('operator', '==')) return '==';
    if (this.#take('operator', '!=')) return '!=';
    if (this.#take('name', 'in')) return 'in';
    if (this.#peek().text !== 'not' || this.#peek(1).text !== 'in') return undefined;
    this.#next += 2;
    return 'not in';
  }

  #sum(): Expression {
    let left = this.#concat();
    while (this.#take('operator', '+'))
      left = { kind: 'binary', operator: '+', left, right: this.#concat() };
    return left;
  }

  #concat(): Expression {
    let left = this.#postfix(this.#primary());
    while (this.#take('operator', '~')) {
      left = { kind: 'binary', operator: '~', left, right: this.#postfix(this.#primary()) };
    }
    return left;
  }

  #primary(): Expression {
    const token = this.#peek();
    this.#next += 1;
    if (token.kind === 'text')
      return { kind: 'constant', value: token.text + this.#adjacentTexts() };
    if (token.kind === 'integer') return { kind: 'constant', value: BigInt(token.text) };
    if (token.kind === 'float') return { kind: 'constant', value: Number(token.text) };
    if (token.kind === 'name' && token.text === 'lookup') return this.#lookup();
    if (token.kind === 'name') return nameOrConstant(token.text);
    if (token.text === '(') {
      const inner = this.#choice();
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', items: this.#items(']') };
    this.#next -= 1;
    throw this.#unsupported();
  }

  /** `lookup('env', 'HOME')`, the one lookup that needs nothing but this process. */
  #lookup(): Expression {
    this.#expect('(');
    const plugin = this.#peek();
    this.#next += 1;
    if (plugin.kind !== 'text' || !/^(?:ansible\.builtin\.)?env$/.test(plugin.text)) {
      throw new RangeError(
        `Expected lookup('env', …), found the lookup ${plugin.text}, which is not supported`,
      );
    }
    this.#expect(',');
    const of = this.#choice();
    if (this.#peek().text === ',') {
      throw new RangeError("Expected one name in lookup('env', …), found more: not supported");
    }
    this.#expect(')');
    return { kind: 'env', of };
  }

  /** Jinja joins texts that stand side by side. */
  #adjacentTexts(): string {
    let text = '';
    for (; this.#peek().kind === 'text'; this.#next += 1) text += this.#peek().text;
    return text;
  }

  #postfix(of: Expression): Expression {
    let whole = of;
    for (;;) {
      if (this.#take('operator', '.')) {
        const key = this.#peek();
        if (key.kind !== 'name' && key.kind !== 'integer') throw this.#unsupported();
        this.#next += 1;
        const value = key.kind === 'name' ? key.text : BigInt(key.text);
        whole = { kind: 'item', of: whole, key: { kind: 'constant', value }, dotted: true };
      } else if (this.#take('operator', '[')) {
        whole = { kind: 'item', of: whole, key: this.#subscript(), dotted: false };
        this.#expect(']');
      } else if (this.#take('operator', '|')) whole = this.#filter(whole);
      else if (this.#take('name', 'is')) whole = this.#test(whole);
      else return whole;
    }
  }

  #subscript(): Expression {
    if (!this.#take('operator', '-')) return this.#choice();
    const index = this.#peek();
    if (index.kind !== 'integer') throw this.#unsupported();
    this.#next += 1;
    return { kind: 'constant', value: -BigInt(index.text) };
  }

  #filter(of: Expression): Expression {
    const { kind, text: name } = this.#peek();
    if (kind !== 'name') throw this.#unsupported();
    this.#next += 1;
    const positional: Expression[] = [];
    const named = new Map<string, Expression>();
    if (!this.#take('operator', '(')) return { kind: 'filter', of, name, positional, named };
    while (!this.#take('operator', ')')) {
      const key = this.#peek();
      if (key.kind === 'name' && this.#peek(1).text === '=') {
        this.#next += 2;
        named.set(key.text, this.#choice());
      } else positional.push(this.#choice());
      if (this.#peek().text !== ')') this.#expect(',');
    }
    return { kind: 'filter', of, name, positional, named };
  }

  #test(of: Expression): Expression {
    const expected = !this.#take('name', 'not');
    if (this.#take('name', 'defined')) return { kind: 'defined', of, expected };
    if (this.#take('name', 'undefined')) return { kind: 'defined', of, expected: !expected };
    throw new RangeError(
      `Expected "is defined" or "is undefined", found the test ${this.#peek().text}, which is not supported`,
    );
  }

  #items(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#take('operator', close)) {
      items.push(this.#choice());
      if (this.#peek().text !== close) this.#expect(',');
    }
    return items;
  }

  #peek(ahead = 0): Token {
    return (
      this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] ?? {
        kind: 'end',
        text: '}}',
      }
    );
  }

  #take(kind: Token['kind'], text: string): boolean {
    const token = this.#peek();
    if (token.kind !== kind || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take('operator', text))
      throw new RangeError(`Expected ${text} in a template, found ${this.#peek().text}`);
  }

  #unsupported(): RangeError {
    const found = this.#peek().text;
    const what = found === '(' ? 'a call' : found === '}}' ? 'the end of it' : found;
    return new RangeError(
      `Expected a variable, a text or a filter in a template, found ${what}, which is not supported here`,
    );
  }
}

function nameOrConstant(name: string): Expression {
  if (name === 'true' || name === 'True') return { kind: 'constant', value: true };
  if (name === 'false' || name === 'False') return { kind: 'constant', value: false };
  if (name === 'none' || name === 'None') return { kind: 'constant', value: null };
  return { kind: 'name', name };
}
