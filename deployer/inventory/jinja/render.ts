import { conceal, containsTimestamp, isList, isMapping, type Value } from '../value.ts';
import { joinTexts } from './budget.ts';
import { Evaluator, type Lookups } from './evaluate.ts';
import type { Expression } from './expression.ts';
import { parseExpression } from './parse.ts';
import { toPythonText } from './python.ts';
import { splitTemplate } from './split-template.ts';

/** Whether Ansible would template this text. */
export function isTemplate(text: string): boolean {
  return /\{[{%#]/.test(text);
}

/**
 * Renders a text with `{{ }}` in it as Ansible does: a lone variable keeps its type, a lone list or mapping stays one,
 * everything else becomes a text. What a secret went into is a Secret. Throws a RangeError for what is not supported.
 */
export function renderTemplate(text: string, lookups: Lookups): Value {
  const name = /^\{\{\s*(\w+)\s*\}\}$/.exec(text)?.[1];
  const lone = name === undefined ? undefined : lookups.variable(name);
  // The type survives where a variable stands alone.
  if (
    typeof lone === 'boolean' ||
    typeof lone === 'bigint' ||
    typeof lone === 'number' ||
    lone === null
  )
    return lone;
  const evaluator = new Evaluator(lookups);
  const parts = splitTemplate(text).map(part => {
    if ('text' in part) return { value: part.text, keepsText: false };
    const expression = parseExpression(part.expression);
    // Ansible writes nothing for None, where Jinja would write the word.
    return { value: evaluator.value(expression) ?? '', keepsText: keepsText(expression) };
  });
  const [only] = parts;
  const result =
    parts.length === 1 && only !== undefined
      ? finishOne(only.value, only.keepsText)
      : finish(
          lookups.budget.spend(
            joinTexts(
              parts.map(({ value }) => toPythonText(value)),
              '',
            ),
          ),
        );
  return evaluator.sawSecret ? conceal(result) : result;
}

/** Whether the result may come straight from the `string` filter, which keeps Ansible from reading `True` in it. */
function keepsText(expression: Expression): boolean {
  if (expression.kind === 'choice') {
    return keepsText(expression.yes) || (expression.no !== undefined && keepsText(expression.no));
  }
  if (expression.kind === 'binary') {
    const mayPass = expression.operator === 'and' || expression.operator === 'or';
    return mayPass && (keepsText(expression.left) || keepsText(expression.right));
  }
  if (expression.kind !== 'filter') return false;
  if (expression.name === 'string') return true;
  const passed = [expression.of, ...expression.positional, ...expression.named.values()];
  return ['default', 'd', 'first', 'last'].includes(expression.name) && passed.some(keepsText);
}

function finishOne(value: Value, keepsText: boolean): Value {
  if (isList(value) || isMapping(value)) {
    if (!containsTimestamp(value)) return value;
    throw new RangeError('Expected a list without dates, found a date in it: quote it');
  }
  const text = toPythonText(value);
  const result = finish(text);
  if (result === text || !keepsText) return result;
  throw new RangeError(
    `Expected a template that gives a plain text, found ${text} behind the string filter, which Ansible versions read differently`,
  );
}

/** Ansible turns the words True and False into booleans, and reads what looks like a list of Python as one. */
function finish(text: string): Value {
  if (text === 'True' || text === 'False') return text === 'True';
  if (/^[[{]/.test(text) && /[\]}]/.test(text)) {
    throw new RangeError(
      'Expected a template that gives a plain text, found one that gives brackets, which Ansible versions read differently',
    );
  }
  return text;
}
