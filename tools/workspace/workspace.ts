import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, parseManifest } from './manifest.ts';

/** The folders whose subfolders are workspace members, as in the root package.json. */
const MEMBER_FOLDERS = ['packages', 'examples'] as const;

/** Folders without sources: installed, built, cached or generated. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage']);

/** One workspace member. */
export interface Member {
  readonly kind: (typeof MEMBER_FOLDERS)[number];
  /** The name of its folder, such as `core`. */
  readonly shortName: string;
  /** Its folder relative to the root, with `/`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The repository, with the parts that the checks use. */
export interface Workspace {
  /** Absolute path of the root folder. */
  readonly root: string;
  readonly manifest: Manifest;
  /** Sorted by folder. */
  readonly members: readonly Member[];
}

/** Reads the manifests of the root and of every member below `root`. */
export function readWorkspace(root: string): Workspace {
  return {
    root,
    manifest: readManifest(root),
    members: MEMBER_FOLDERS.flatMap((kind) =>
      subfolders(join(root, kind))
        .filter((shortName) => existsSync(join(root, kind, shortName, 'package.json')))
        .map((shortName) => ({
          kind,
          shortName,
          folder: `${kind}/${shortName}`,
          manifest: readManifest(join(root, kind, shortName)),
        })),
    ),
  };
}

/**
 * The files below `folder` whose name matches, as paths relative to `root` with `/`, sorted. Installed,
 * built and hidden folders are left out.
 */
export function filesBelow(root: string, folder: string, matches: RegExp): string[] {
  if (!existsSync(join(root, folder))) return [];
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (entry.name.startsWith('.') || SKIPPED_FOLDERS.has(entry.name)) continue;
      found.push(...filesBelow(root, path, matches));
    } else if (matches.test(entry.name)) {
      found.push(path);
    }
  }
  return found.sort();
}

function readManifest(folder: string): Manifest {
  const path = join(folder, 'package.json');
  return parseManifest(readFileSync(path, 'utf8'), path);
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
