import { styleText } from 'node:util';
import type { Terminal } from '../terminal.ts';

/** Functions that mark pieces of text for people. Without colours they return plain text. */
export interface Style {
  heading(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  busy(text: string): string;
}

type Format = Parameters<typeof styleText>[0];

/** Returns the style of a terminal. */
export function styleOf(terminal: Pick<Terminal, 'colors'>): Style {
  const mark =
    (format: Format) =>
    (text: string): string =>
      // The terminal has decided already. styleText's own check would look at another stream.
      terminal.colors ? styleText(format, text, { validateStream: false }) : text;
  return {
    heading: mark('bold'),
    dim: mark('dim'),
    good: mark('green'),
    bad: mark('red'),
    busy: mark('yellow'),
  };
}

/** Makes text from a store safe for a terminal: control characters cannot move its cursor. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, '·');
}
