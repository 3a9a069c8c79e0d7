import { isJsonObject, type JsonObject, stringEntries } from '../workspace/json.ts';

/**
 * The problems of a package-lock.json, one sentence each.
 *
 * When a registry has only this machine's native binaries, npm silently writes a lockfile without the
 * others, and `npm ci` then fails on every other operating system. So each optional dependency of a
 * locked package needs its own entry, and each entry that is downloaded needs an integrity hash.
 */
export function lockfileProblems(lockfile: JsonObject): string[] {
  if (!isJsonObject(lockfile.packages)) {
    return ['has no "packages": write it with npm 7 or later.'];
  }
  const packages = lockfile.packages;
  const problems: string[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (!isJsonObject(entry)) continue;
    for (const [name, range] of Object.entries(stringEntries(entry.optionalDependencies))) {
      if (!isLocked(packages, path, name)) {
        problems.push(
          `${path || 'the root'} wants ${name}@${range} where its system matches, which has no entry: go back to a release whose binaries are all in the registry.`,
        );
      }
    }
    if (isDownloaded(path, entry) && typeof entry.integrity !== 'string') {
      problems.push(`${path} has no integrity: delete the entry and run npm install again.`);
    }
  }
  return problems;
}

/** Whether Node, from the package at `path`, would find `name` in some node_modules up the tree. */
function isLocked(packages: JsonObject, path: string, name: string): boolean {
  for (let folder = path; ; folder = parentFolder(folder)) {
    if (`${folder}${folder === '' ? '' : '/'}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

/** The next folder of the search: from `a/node_modules/b` or `packages/x` to `a` and to the root. */
function parentFolder(folder: string): string {
  const cut = folder.lastIndexOf('node_modules/');
  return cut <= 0 ? '' : folder.slice(0, cut - 1);
}

/** Links, workspace folders and content of another package's archive are not downloaded. */
function isDownloaded(path: string, entry: JsonObject): boolean {
  return path.includes('node_modules/') && entry.link !== true && entry.inBundle !== true;
}
