import { basename, dirname, join } from 'node:path';
import { foldersUpward } from '../folders-upward.ts';
import { type PackageManifest, readPackageManifest } from './package-manifest.ts';

/** A package by the absolute path of its package.json, with the installed versions of its dependencies. */
export interface FoundPackage {
  readonly path: string;
  readonly name?: string;
  readonly version?: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const MAX_DEPENDENCIES = 2_000;
// Names that npm has ever accepted. None of them is a path out of node_modules.
const PACKAGE_NAME = /^(@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/;

/**
 * Finds the package that `folder` belongs to, in it and in the folders above it, up to `last`: the nearest
 * package.json that names a package or declares dependencies, not one that only sets `"type"` for a folder.
 */
export async function findPackage(
  folder: string,
  last: string | undefined,
): Promise<FoundPackage | undefined> {
  for (const candidate of foldersUpward(folder, last)) {
    const path = join(candidate, 'package.json');
    const manifest = await readPackageManifest(path);
    if (manifest === undefined) continue;
    const declared = declaredNames(manifest);
    if (manifest.name === undefined && declared.length === 0) continue;
    return {
      path,
      ...(manifest.name === undefined ? {} : { name: manifest.name }),
      ...(manifest.version === undefined ? {} : { version: manifest.version }),
      dependencies: await installedVersions(candidate, declared),
    };
  }
  return undefined;
}

function declaredNames(manifest: PackageManifest): string[] {
  const names = new Set<string>();
  for (const field of [
    manifest.dependencies,
    manifest.peerDependencies,
    manifest.optionalDependencies,
    manifest.devDependencies,
  ]) {
    for (const name of Object.keys(field)) if (PACKAGE_NAME.test(name)) names.add(name);
  }
  return [...names].sort().slice(0, MAX_DEPENDENCIES);
}

async function installedVersions(
  folder: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const versions = await Promise.all(
    names.map(async (name) => [name, await installedVersion(folder, name)] as const),
  );
  return Object.fromEntries(
    versions.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The installed version that `import` would find: in node_modules of the folder, and of each folder above. */
async function installedVersion(folder: string, name: string): Promise<string | undefined> {
  for (const candidate of foldersUpward(folder)) {
    if (basename(candidate) === 'node_modules') continue;
    const manifest = await readPackageManifest(
      join(candidate, 'node_modules', name, 'package.json'),
    );
    if (manifest?.version === undefined) continue;
    const isAlias = manifest.name !== undefined && manifest.name !== name;
    return isAlias ? `npm:${manifest.name}@${manifest.version}` : manifest.version;
  }
  return undefined;
}

/** Whether the path is inside an installed package, like a command that npx starts. */
export function isInstalled(path: string): boolean {
  for (const folder of foldersUpward(dirname(path))) {
    if (basename(folder) === 'node_modules') return true;
  }
  return false;
}
