import { runCli } from '../cli.ts';

/** What a call of the command line came to. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the command line in this process; a terminal of 80 columns without colours. */
export async function tidemark(...argv: string[]): Promise<Outcome> {
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
    width: 80,
    colors: false,
  });
  return { code, out: Buffer.concat(out).toString(), error };
}
