import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { isJsonObject, type JsonObject, parseJsonObject } from '../workspace/json.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { type Member, readWorkspace } from '../workspace/workspace.ts';

const SOURCE = '@tidemark/source';

/**
 * Installs our packages, bundled from their sources, and the packages that are installed here in a new temporary
 * folder, and returns the folder. Node starts a program that uses them in a tenth of the processor time that the
 * sources take, and nothing has to be built. The caller removes the folder.
 */
export async function installPackages(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-installed-'));
  const installed = join(folder, 'node_modules');
  await mkdir(join(installed, '@tidemark'), { recursive: true });
  for (const name of await readdir(join(REPOSITORY_ROOT, 'node_modules'))) {
    if (name === '@tidemark' || name.startsWith('.')) continue;
    await symlink(join(REPOSITORY_ROOT, 'node_modules', name), join(installed, name));
  }
  const members = readWorkspace(REPOSITORY_ROOT).members.filter(({ kind }) => kind === 'packages');
  const input: Record<string, string> = {};
  for (const member of members) {
    const { exports, sources } = bundledExports(member);
    Object.assign(input, sources);
    const path = join(REPOSITORY_ROOT, member.folder, 'package.json');
    const manifest = parseJsonObject(await readFile(path, 'utf8'), path);
    const copy = join(installed, member.manifest.name, 'package.json');
    await mkdir(dirname(copy), { recursive: true });
    await writeFile(copy, JSON.stringify({ ...manifest, exports }));
  }
  await bundle(input, installed);
  return folder;
}

/** The exports of a package whose entries are bundled, and the source of each, by the path of its bundle. */
function bundledExports({ folder, manifest }: Member): {
  readonly exports: JsonObject;
  readonly sources: Readonly<Record<string, string>>;
} {
  const exports: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const [entry, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') exports[entry] = target;
    const source = isJsonObject(target) ? target[SOURCE] : undefined;
    if (typeof source !== 'string') continue;
    const bundled = entry === '.' ? 'index' : entry.slice('./'.length);
    exports[entry] = `./${bundled}.js`;
    sources[`${manifest.name}/${bundled}`] = join(REPOSITORY_ROOT, folder, source);
  }
  return { exports, sources };
}

async function bundle(input: Record<string, string>, target: string): Promise<void> {
  const build = await rolldown({
    input,
    platform: 'node',
    logLevel: 'silent',
    tsconfig: false,
    external: (id, importer) => isInstalled(id, importer),
    resolve: { conditionNames: [SOURCE, 'node', 'import'] },
  });
  try {
    await build.write({
      dir: target,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '@tidemark/chunks/[name]-[hash].js',
    });
  } finally {
    await build.close();
  }
}

/** Whether an import is of a package that is installed at the root. Others are part of the bundle. */
function isInstalled(id: string, importer: string | undefined): boolean {
  if (/^[./#]|^@tidemark\//.test(id) || importer === undefined) return false;
  const name = id
    .split('/')
    .slice(0, id.startsWith('@') ? 2 : 1)
    .join('/');
  const own = importer.match(/^.*\/packages\/[^/]+\//)?.[0];
  return own === undefined || !existsSync(join(own, 'node_modules', name));
}
