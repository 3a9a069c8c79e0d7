import { styleText } from 'node:util';

/** With its note, a line of progress has room in 80 columns: a longer one would be drawn again on the next line. */
const BAR_WIDTH = 24;

/** The indent of a quote. */
export const INDENT = 3;

const NAME_WIDTH = 12;
const LINE_WIDTH = 80;

/** Tells on the terminal what the example does, step by step; plain where it is not a terminal. */
export interface Story {
  title(text: string): void;
  step(text: string): void;
  fact(name: string, value: string): void;
  /** Draws progress in one line of a terminal; elsewhere prints only the last. */
  progress(done: number, of: number, note: string): void;
  /** Shows what another program printed, indented. */
  quote(text: string): void;
  next(commands: readonly (readonly [string, string])[]): void;
}

/** The story on a stream. */
export function tellOn(stream: NodeJS.WriteStream): Story {
  // As `npm run demo | head` closes it: the rest of the story has no reader.
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

/** The words of a text in lines of at most so many columns; a longer word has a line of its own. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    // The lines behind the first are indented by two more.
    if (last === undefined || last.length + 3 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
