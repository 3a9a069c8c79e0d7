import { styleText } from 'node:util';

/** Chosen so that progress and its note fit in 80 columns; a longer line would wrap and be drawn again. */
const BAR_WIDTH = 24;

/** The indent of a quote. */
export const INDENT = 3;

const NAME_WIDTH = 12;
const LINE_WIDTH = 80;

/** Prints what the example does, step by step; without colours where the output is not a terminal. */
export interface Story {
  title(text: string): void;
  step(text: string): void;
  fact(name: string, value: string): void;
  /** Draws progress in one line of a terminal; elsewhere it prints only the final state. */
  progress(done: number, of: number, note: string): void;
  /** Prints the output of another program, indented. */
  quote(text: string): void;
  next(commands: readonly (readonly [string, string])[]): void;
}

/** Creates a story that is printed on a stream. */
export function tellOn(stream: NodeJS.WriteStream): Story {
  // `npm run demo | head` closes the stream: no one reads the rest of the story.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  const colors = stream.isTTY && !process.env.NO_COLOR;
  const mark = (format: 'bold' | 'dim' | 'cyan', text: string): string =>
    colors ? styleText(format, text, { validateStream: false }) : text;
  let steps = 0;
  return {
    title: (text) => void stream.write(`\n${mark('bold', text)}\n`),
    step: (text) => {
      steps += 1;
      stream.write(`\n${mark('cyan', `${steps}.`)} ${mark('bold', text)}\n`);
    },
    fact: (name, value) => {
      const before = INDENT + NAME_WIDTH + 1;
      const [first, ...more] = wrapped(value, LINE_WIDTH - before);
      stream.write(`   ${mark('dim', name.padEnd(NAME_WIDTH))} ${first}\n`);
      for (const line of more) stream.write(`${' '.repeat(before + 2)}${line}\n`);
    },
    progress: (done, of, note) => {
      if (!stream.isTTY && done < of) return;
      const filled = Math.round((done / of) * BAR_WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      const line = `   ${bar} epoch ${String(done).padStart(String(of).length)}/${of}  ${note}`;
      stream.write(stream.isTTY ? `\r${line}${done === of ? '\n' : ''}` : `${line}\n`);
    },
    quote: (text) => void stream.write(text.replace(/^(?=.)/gm, ' '.repeat(INDENT))),
    next: (commands) => {
      stream.write(`\n${mark('bold', 'Try next')}\n`);
      for (const [command, what] of commands) {
        stream.write(`   ${command}\n      ${mark('dim', what)}\n`);
      }
      stream.write('\n');
    },
  };
}

/** Wraps a text into lines of at most the given number of columns. A longer word gets its own line. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    // The lines after the first are indented by two more.
    if (last === undefined || last.length + 3 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
