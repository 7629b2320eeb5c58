import { InvalidArgumentError } from 'commander';
import { type BatchSize, parseBatchSize } from '../run/batches.ts';

/** An option's value such as `2` or `30%`. */
export function share(text: string): BatchSize {
  const parsed = parseBatchSize(text);
  if (parsed === null)
    throw new InvalidArgumentError('Expected a number, or a percentage up to 100%.');
  return parsed;
}

/** An option's value such as `1,3,100%`. */
export function shares(text: string): BatchSize[] {
  return text.split(',').map(share);
}

/** An option's value that counts something. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new InvalidArgumentError('Expected a whole number from 1 up.');
  }
  return Number(text);
}
