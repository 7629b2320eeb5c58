import type { core } from 'zod/mini';

/** One complaint of the agent's schema in the words of this program. The value itself is added by the caller. */
export function describeIssue(issue: core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Expected ${issue.expected === 'int' ? 'a whole number' : `a ${issue.expected}`}`;
    case 'invalid_value':
      return `Expected ${issue.values.map(value => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      return describeBound('at least', issue.origin, issue.minimum);
    case 'too_big':
      return describeBound('at most', issue.origin, issue.maximum);
    default:
      return issue.message.charAt(0).toUpperCase() + issue.message.slice(1);
  }
}

function describeBound(word: string, origin: string, bound: number | bigint): string {
  if (origin === 'string') return `Expected ${word} ${bound} character${bound === 1 ? '' : 's'}`;
  if (origin === 'array') return `Expected ${word} ${bound} items`;
  return `Expected ${word} ${bound}`;
}
