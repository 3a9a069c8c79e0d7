import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isJsonObject } from '../workspace/json.ts';
import { venvPlace } from './venv-place.ts';

/** The Python with the peers, or why it cannot be prepared here. */
export type PreparedPeers =
  | { readonly kind: 'ready'; readonly python: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/**
 * Installs the peers into a virtual environment in the user's cache, unless it exists already. A
 * machine without Python or without a package index is not an error; requirements that cannot be met are.
 * @throws Error with pip's output when the requirements cannot be installed
 */
export function preparePeers(
  requirementsPath: string,
  environment: Readonly<Record<string, string | undefined>>,
  systemPython = 'python3',
): PreparedPeers {
  const version = run(systemPython, ['--version']);
  if (version.failed) return unavailable(`there is no ${systemPython}`);

  const place = venvPlace(readFileSync(requirementsPath, 'utf8'), version.output, environment);
  const python = join(place, 'bin/python');
  const complete = join(place, 'complete');
  if (existsSync(complete)) return { kind: 'ready', python };

  // A separate folder, so that two processes at a time do not disturb each other. The first to end gives the place.
  mkdirSync(dirname(place), { recursive: true });
  const own = mkdtempSync(`${place}-`);
  const prepared = install(own, requirementsPath, systemPython);
  if (prepared.kind === 'unavailable' || !linkIfAbsent(own, place)) {
    rmSync(own, { recursive: true, force: true });
  }
  return prepared.kind === 'ready' ? { kind: 'ready', python } : prepared;
}

/** Installs the peers into a folder. */
function install(folder: string, requirementsPath: string, systemPython: string): PreparedPeers {
  if (run(systemPython, ['-m', 'venv', folder]).failed) {
    return unavailable(`${systemPython} cannot create virtual environments`);
  }
  const python = join(folder, 'bin/python');
  const { failed, output } = run(python, [
    ...[
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-compile',
      '--disable-pip-version-check',
      '--no-input',
    ],
    ...['--requirement', requirementsPath],
  ]);
  if (failed && foundNoIndex(output)) return unavailable('no Python package index can be reached');
  if (failed) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`pip could not install the peers: ${output}`);
  }
  writeFileSync(join(folder, 'complete'), '');
  return { kind: 'ready', python };
}

/** Whether `place` is a link to the folder now, because there was no finished one. */
function linkIfAbsent(folder: string, place: string): boolean {
  if (existsSync(join(place, 'complete'))) return false;
  // What was not finished, such as a link to a folder that was removed.
  rmSync(place, { recursive: true, force: true });
  try {
    symlinkSync(folder, place, 'dir');
    return true;
  } catch (error) {
    if (isJsonObject(error) && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Whether pip failed because no index answered: then its output lists no version at all. */
export function foundNoIndex(pipOutput: string): boolean {
  return pipOutput.includes('(from versions: none)');
}

function unavailable(reason: string): PreparedPeers {
  return { kind: 'unavailable', reason };
}

function run(command: string, args: readonly string[]): { failed: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return { failed: status !== 0, output: `${stdout ?? ''}${stderr ?? ''}`.trim() };
}
