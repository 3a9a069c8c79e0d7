import { once } from 'node:events';

/** What commands write to. */
export interface Terminal {
  out(text: string): void;
  /** Bytes as they are, such as a file; resolves when more can be taken. */
  outBytes(bytes: Uint8Array): Promise<void>;
  error(text: string): void;
  /** The width for tables, in columns; Infinity without a terminal. */
  readonly width: number;
  readonly colors: boolean;
}

const NARROWEST = 40;
const HELP_WIDTH = 80;

/** The terminal of this process: colours and fitting only where a person looks, NO_COLOR kept. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  return {
    out: (text) => stdout.write(text),
    outBytes: async (bytes) => {
      if (!stdout.write(bytes)) await once(stdout, 'drain');
    },
    error: (text) => stderr.write(text),
    width: stdout.isTTY ? Math.max(stdout.columns ?? 80, NARROWEST) : Number.POSITIVE_INFINITY,
    // https://no-color.org: any value that is not empty; FORCE_COLOR is the way back.
    colors: env.NO_COLOR
      ? false
      : env.FORCE_COLOR
        ? env.FORCE_COLOR !== '0'
        : stdout.isTTY === true,
  };
}

/** The width of help. Without a terminal it is a usual width, because endless lines are hard to read in a file. */
export function helpWidth({ width }: Pick<Terminal, 'width'>): number {
  return Number.isFinite(width) ? width : HELP_WIDTH;
}
