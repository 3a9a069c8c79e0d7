import { styleText } from 'node:util';

const BAR_WIDTH = 30;

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
    fact: (name, value) => void stream.write(`   ${mark('dim', name.padEnd(12))} ${value}\n`),
    progress: (done, of, note) => {
      if (!stream.isTTY && done < of) return;
      const filled = Math.round((done / of) * BAR_WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      const line = `   ${bar} epoch ${String(done).padStart(String(of).length)}/${of}  ${note}`;
      stream.write(stream.isTTY ? `\r${line}${done === of ? '\n' : ''}` : `${line}\n`);
    },
    quote: (text) => void stream.write(text.replace(/^(?=.)/gm, '   ')),
    next: (commands) => {
      stream.write(`\n${mark('bold', 'Try next')}\n`);
      const width = Math.max(...commands.map(([command]) => command.length));
      for (const [command, what] of commands) {
        stream.write(`   ${command.padEnd(width)}   ${mark('dim', what)}\n`);
      }
      stream.write('\n');
    },
  };
}
