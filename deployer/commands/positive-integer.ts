import { InvalidArgumentError } from 'commander';

/** An option's value that counts something. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) {
    throw new InvalidArgumentError('Expected a whole number from 1 up.');
  }
  return Number(text);
}
