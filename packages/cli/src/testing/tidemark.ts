import { runCli } from '../cli.ts';

/** What a call of the command line came to. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the command line in this process, as a script calls it: nobody looks. */
export function tidemark(...argv: string[]): Promise<Outcome> {
  return tidemarkIn(Number.POSITIVE_INFINITY, ...argv);
}

/** The same in a terminal of so many columns, without colours. */
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
