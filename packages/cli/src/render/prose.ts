import type { Terminal } from '../terminal.ts';

/** Matches a command for the user to type, at the end of a sentence or on a separate line. */
const COMMAND = /^(.*?: |\s*)((?:tidemark|export|mlflow|eval) .*)$/;

/** Prints sentences for people, which end with a newline, wrapped to the width of the terminal. */
export function say(terminal: Pick<Terminal, 'out' | 'width'>, text: string): void {
  terminal.out(renderProse(text, terminal));
}

/**
 * Wraps sentences for people. A line that is too wide continues on the next one with the same indentation. A
 * command at the end of a line (`…: tidemark runs`) is never broken, so that users can copy it.
 */
export function renderProse(text: string, { width }: { readonly width: number }): string {
  return text
    .split('\n')
    .flatMap((line) => (columnsOf(line) <= width ? [line] : proseLines(line, width)))
    .join('\n');
}

function proseLines(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const [, said = line, command] = COMMAND.exec(line) ?? [];
  const words = said.trim() === '' ? [] : wordsOf(said.trim());
  return wrapWords(command === undefined ? words : [...words, command], width - indent.length).map(
    (part) => indent + part,
  );
}

/** Returns the words of a text. A size (`1.5 KiB`) is one word, which is not broken. */
export function wordsOf(text: string): string[] {
  return text.split(/(?<!\d) | (?!(?:[KMGT]i)?B\b)/);
}

/** Breaks words into lines of a width. A word that is wider gets its own line. */
export function wrapWords(
  words: readonly string[],
  width: number,
  widthOf: (text: string) => number = columnsOf,
): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line === undefined || widthOf(`${line} ${word}`) > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const COLOUR = /\u001b\[[\d;]*m/g;
/** Matches characters that take two columns: most of East Asian writing, and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/gu;

/**
 * Returns nearly the number of columns of a sentence. The package that knows it exactly takes longer to load than
 * help takes to print. Tables, which are aligned, use that package.
 */
function columnsOf(text: string): number {
  const plain = text.replace(COLOUR, '');
  return [...plain].length + (plain.match(WIDE)?.length ?? 0);
}
