import { basename, join } from 'node:path';
import { build } from 'rolldown';

/** Makes one JavaScript file of a script and all it imports, which starts in a tenth of the time. */
export async function bundleScript(script: string, folder: string): Promise<string> {
  const file = join(folder, `${basename(script, '.ts')}.mjs`);
  await build({
    input: script,
    platform: 'node',
    logLevel: 'silent',
    output: { file, format: 'esm', codeSplitting: false },
  });
  return file;
}
