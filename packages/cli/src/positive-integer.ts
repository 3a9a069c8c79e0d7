import { InvalidArgumentError } from 'commander';

/** Reads an argument or option that counts or numbers something. Throws commander's InvalidArgumentError. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number above 0.');
}
