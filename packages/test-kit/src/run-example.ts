import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * Runs an example as a process in an empty folder, as a reader would, and returns the folder. Throws with the output
 * of the example when it fails.
 */
export function runExample(script: URL): string {
  const folder = temporaryFolder();
  const { TIDEMARK_TRACKING_URI: _, MLFLOW_TRACKING_URI: __, ...env } = process.env;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', tsx, '--conditions=@tidemark/source', fileURLToPath(script)],
    { cwd: folder, encoding: 'utf8', env },
  );
  if (status !== 0 || stderr !== '') throw new Error(`The example failed:\n${stdout}\n${stderr}`);
  return folder;
}
