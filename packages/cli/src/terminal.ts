import { once } from 'node:events';

/** The streams and properties of the terminal that commands write to. */
export interface Terminal {
  out(text: string): void;
  /** Writes bytes unchanged, such as those of a file. It resolves when the stream can take more. */
  outBytes(bytes: Uint8Array): Promise<void>;
  error(text: string): void;
  /** Shows a line about what is going on, in place of the one before; an empty text removes it. Absent without a terminal. */
  status?(text: string): void;
  /** The width for tables, in columns. Infinity without a terminal. */
  readonly width: number;
  readonly colors: boolean;
}

/** The control sequence that erases from the cursor to the end of the line. */
const ERASE_LINE = '\u001b[K';
const NARROWEST = 40;
const HELP_WIDTH = 80;

/**
 * Returns the terminal of this process. It has colours and a width only if a person reads it, and respects
 * NO_COLOR.
 */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  return {
    out: (text) => stdout.write(text),
    outBytes: async (bytes) => {
      if (!stdout.write(bytes)) await once(stdout, 'drain');
    },
    error: (text) => stderr.write(text),
    ...(stderr.isTTY === true
      ? { status: (text) => void stderr.write(`\r${ERASE_LINE}${text}`) }
      : {}),
    width: stdout.isTTY ? Math.max(stdout.columns ?? 80, NARROWEST) : Number.POSITIVE_INFINITY,
    // https://no-color.org: any value that is not empty counts. FORCE_COLOR overrides it.
    colors: env.NO_COLOR
      ? false
      : env.FORCE_COLOR
        ? env.FORCE_COLOR !== '0'
        : stdout.isTTY === true,
  };
}

/**
 * Returns the width of help. Without a terminal it is a usual width, because endless lines are hard to read in a
 * file.
 */
export function helpWidth({ width }: Pick<Terminal, 'width'>): number {
  return Number.isFinite(width) ? width : HELP_WIDTH;
}
