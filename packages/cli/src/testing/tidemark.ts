import { runCli } from '../cli.ts';

/** The result of a call of the command line. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the command line in this process like a script does: without a terminal. */
export function tidemark(...argv: string[]): Promise<Outcome> {
  return tidemarkIn(Number.POSITIVE_INFINITY, ...argv);
}

/** Runs it in a terminal of this width in columns, without colours. */
export async function tidemarkIn(width: number, ...argv: string[]): Promise<Outcome> {
  const out: Uint8Array[] = [];
  let error = '';
  const code = await runCli(argv, {
    out: (text) => {
      out.push(Buffer.from(text));
    },
    outBytes: async (bytes) => {
      out.push(Uint8Array.from(bytes));
    },
    error: (text) => {
      error += text;
    },
    width,
    colors: false,
  });
  return { code, out: Buffer.concat(out).toString(), error };
}
