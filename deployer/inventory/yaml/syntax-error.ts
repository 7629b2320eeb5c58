import type { ErrorCode } from 'yaml';

/**
 * What to say for the parser's errors. Its own messages may quote the text, and the text may be a secret, so they are
 * never shown.
 */
const WORDS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'Expected an alias without a tag or an anchor of its own',
  BAD_ALIAS: 'Expected an alias of an anchor that stands before it',
  BAD_COLLECTION_TYPE: 'Expected a tag that fits the value behind it',
  BAD_DIRECTIVE: 'Expected a directive that YAML knows',
  BAD_DQ_ESCAPE:
    'Expected an escape that YAML knows after the backslash: use single quotes for a plain backslash',
  BAD_INDENT:
    'Expected the same indentation as the lines that belong together, found another: line it up',
  BAD_PROP_ORDER: 'Expected the tag and the anchor right before the value',
  BAD_SCALAR_START: 'Expected a value that starts with another character: quote it',
  BLOCK_AS_IMPLICIT_KEY: 'Expected one key and value on the line: quote a value that contains ": "',
  BLOCK_IN_FLOW: 'Expected no indented block inside brackets or braces',
  DUPLICATE_KEY: 'Expected each key once',
  IMPOSSIBLE: 'Expected YAML',
  KEY_OVER_1024_CHARS: 'Expected a key of at most 1024 characters',
  MISSING_CHAR: 'Expected a character that is missing here: a colon, a quote or a bracket',
  MULTIPLE_ANCHORS: 'Expected one anchor',
  MULTIPLE_DOCS: 'Expected one document: "---" starts a second one',
  MULTIPLE_TAGS: 'Expected one tag',
  MULTILINE_IMPLICIT_KEY:
    'Expected "key:" or "key: value" on the line: a colon, a quote or a bracket may be missing here or above',
  NON_STRING_KEY: 'Expected a text as a key',
  RESOURCE_EXHAUSTION: 'Expected fewer levels of nesting',
  TAB_AS_INDENT: 'Expected spaces, found a tab in the indentation: replace it',
  TAG_RESOLVE_FAILED: 'Expected a tag that is known here',
  UNEXPECTED_TOKEN:
    'Expected the value to end before this: check quotes, brackets and indentation here and above',
};

export function describeSyntaxError(code: ErrorCode): string {
  return WORDS[code];
}
