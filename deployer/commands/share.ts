import { InvalidArgumentError } from 'commander';
import { parseShare, type Share } from '../engine/batches.ts';

/** An option's value such as `2` or `30%`. */
export function share(text: string): Share {
  const parsed = parseShare(text);
  if (parsed === null)
    throw new InvalidArgumentError('Expected a number, or a percentage up to 100%.');
  return parsed;
}

/** An option's value such as `1,3,100%`. */
export function shares(text: string): Share[] {
  return text.split(',').map(share);
}
