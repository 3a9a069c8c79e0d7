import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

  rmSync(place, { recursive: true, force: true });
  if (run(systemPython, ['-m', 'venv', place]).failed) {
    return unavailable(`${systemPython} cannot create virtual environments`);
  }
  const install = run(python, [
    ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input'],
    ...['--requirement', requirementsPath],
  ]);
  if (install.failed && foundNoIndex(install.output)) {
    return unavailable('no Python package index can be reached');
  }
  if (install.failed) throw new Error(`pip could not install the peers: ${install.output}`);
  writeFileSync(complete, '');
  return { kind: 'ready', python };
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
