import { conceal, containsTimestamp, isList, isMapping, type Value } from '../value.ts';
import { Evaluator, type Lookup } from './evaluate.ts';
import { parseExpression } from './parse.ts';
import { toPythonText } from './python.ts';

/** Whether Ansible would template this text. */
export function isTemplate(text: string): boolean {
  return /\{[{%#]/.test(text);
}

/**
 * Renders a text with `{{ }}` in it as Ansible does: a lone variable keeps its type, a lone list or mapping stays one,
 * everything else becomes a text. What a secret went into is a Secret. Throws a RangeError for what is not supported.
 */
export function renderTemplate(text: string, lookup: Lookup): Value {
  const name = /^\{\{\s*(\w+)\s*\}\}$/.exec(text)?.[1];
  const lone = name === undefined ? undefined : lookup(name);
  // The type survives where a variable stands alone.
  if (
    typeof lone === 'boolean' ||
    typeof lone === 'bigint' ||
    typeof lone === 'number' ||
    lone === null
  )
    return lone;
  const evaluator = new Evaluator(lookup);
  const parts = splitTemplate(text).map(part =>
    'text' in part ? part.text : evaluator.value(parseExpression(part.expression)),
  );
  const [only] = parts;
  const result =
    parts.length === 1 && only !== undefined
      ? finishOne(only)
      : finish(parts.map(toPythonText).join(''));
  return evaluator.sawSecret ? conceal(result) : result;
}

function finishOne(value: Value): Value {
  if (!isList(value) && !isMapping(value)) return finish(toPythonText(value));
  if (containsTimestamp(value))
    throw new RangeError('Expected a list without dates, found a date in it: quote it');
  return value;
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

type Part = { readonly text: string } | { readonly expression: string };

/** The texts and the expressions of a template in turn; empty texts are left out. */
function splitTemplate(template: string): Part[] {
  const parts: Part[] = [];
  let rest = template.replaceAll(/\r\n?/g, '\n');
  let strip = false;
  for (;;) {
    const open = /\{([{%#])([-+]?)/.exec(rest);
    const before = open === null ? rest : rest.slice(0, open.index);
    const left = strip ? before.trimStart() : before;
    const text = open?.[2] === '-' ? left.trimEnd() : left;
    if (text !== '') parts.push({ text });
    if (open === null) return parts.length === 0 ? [{ text: '' }] : parts;
    if (open[1] !== '{') {
      throw new RangeError(
        `Expected only {{ }} in a template, found {${open[1]}, which is not supported (!unsafe before the text keeps it as it is)`,
      );
    }
    const inside =
      /^(?:[^'"}]|'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|\}(?!\}))*?(-?)\}\}/.exec(
        rest.slice(open.index + open[0].length),
      );
    if (inside === null)
      throw new RangeError('Expected }} behind {{ (!unsafe before the text keeps it as it is)');
    parts.push({ expression: inside[0].slice(0, inside[0].length - 2 - (inside[1]?.length ?? 0)) });
    strip = inside[1] === '-';
    rest = rest.slice(open.index + open[0].length + inside[0].length);
  }
}
