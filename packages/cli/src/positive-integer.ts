import { InvalidArgumentError } from 'commander';

/** Parses a positive integer of an argument or option. @throws commander's InvalidArgumentError */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number above 0.');
}
