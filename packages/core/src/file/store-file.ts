import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TidemarkError } from '../errors.ts';
import { LAYOUT } from './layout.ts';
import { isNoPlainFile, readPlainFile } from './system/plain-file.ts';
import { putIfAbsent } from './system/put-if-absent.ts';
import { errnoOf, readFailed, writeFailed } from './system/system-errors.ts';

/** The version of the folder layout, in `store.json`. Readers refuse a higher one. */
const STORE_FORMAT = 1;

/** The longest file, far longer than the file is. */
const LONGEST_BYTES = 64 * 1024;

/** The content of `store.json`. */
export interface StoreFile {
  readonly format: number;
  /** A random UUID. */
  readonly id: string;
  readonly createdAtMs: number;
}

const schema: z.ZodType<StoreFile> = z.object({
  format: z.int().positive(),
  id: z.string().min(1),
  createdAtMs: z.int().nonnegative(),
});

/**
 * Returns the store file of a folder; `undefined` if a store can be created there, because the folder does not exist or
 * is empty. Changes nothing.
 * @throws STORE_IS_MLRUNS, STORE_FOLDER_IN_USE, STORE_FORMAT_TOO_NEW, STORE_DAMAGED
 */
export function inspectStoreFolder(folder: string): StoreFile | undefined {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (errnoOf(error) === 'ENOTDIR') {
      throw new TidemarkError(
        'STORE_FOLDER_IN_USE',
        `${folder} is a file, not a folder. Give the folder of a store, or one that does not exist yet.`,
        { cause: error },
      );
    }
    throw readFailed(folder, error);
  }
  if (names.includes(LAYOUT.storeFile)) return readStoreFile(folder);
  if (isMlruns(folder, names)) {
    throw new TidemarkError(
      'STORE_IS_MLRUNS',
      `${folder} is an MLflow file store. Import it into a Tidemark store: tidemark import mlruns ${folder}`,
      { details: { folder } },
    );
  }
  const foreign = names.find((name) => !isOwnName(name));
  if (foreign !== undefined) {
    throw new TidemarkError(
      'STORE_FOLDER_IN_USE',
      `${folder} is not a Tidemark store and holds other files (such as ${JSON.stringify(foreign)}). Give an empty folder, or one that does not exist yet.`,
      { details: { folder } },
    );
  }
  return undefined;
}

/** Creates the store in a folder, unless another process just did. Returns its store file. */
export function createStore(folder: string): StoreFile {
  const file: StoreFile = { format: STORE_FORMAT, id: randomUUID(), createdAtMs: Date.now() };
  try {
    mkdirSync(join(folder, LAYOUT.logs), { recursive: true });
    putIfAbsent(join(folder, LAYOUT.storeFile), `${JSON.stringify(file, null, 2)}\n`);
    writeUnlessThere(join(folder, LAYOUT.gitignore), GITIGNORE);
    writeUnlessThere(join(folder, LAYOUT.gitattributes), GITATTRIBUTES);
  } catch (error) {
    throw writeFailed(`The store ${folder}`, error);
  }
  return readStoreFile(folder);
}

const GITIGNORE = `# Derived files: reading the store recreates them.
/index/
/lake/
/logs/*.states.jsonl
/artifacts/.partial/
.*.partial
# Secrets of a server.
/server/
`;

const GITATTRIBUTES = `# Git must never change or merge these files, because their bytes are the record.
/logs/** -text -merge
/registry/** -text -merge
/artifacts/** -text -merge
`;

function readStoreFile(folder: string): StoreFile {
  const path = join(folder, LAYOUT.storeFile);
  let text: string;
  try {
    text = readPlainFile(path, LONGEST_BYTES).toString();
  } catch (error) {
    if (isNoPlainFile(errnoOf(error))) throw damaged(path, error);
    throw readFailed(path, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(path, error);
  }
  const version = z.object({ format: z.int() }).safeParse(value);
  if (version.success && version.data.format > STORE_FORMAT) {
    throw new TidemarkError(
      'STORE_FORMAT_TOO_NEW',
      `The store ${folder} has format ${version.data.format}; this version of Tidemark reads formats up to ${STORE_FORMAT}. Install a newer Tidemark.`,
      { details: { folder, format: version.data.format } },
    );
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw damaged(path, parsed.error);
  return parsed.data;
}

function damaged(path: string, cause: unknown): TidemarkError {
  return new TidemarkError(
    'STORE_DAMAGED',
    `${path} cannot be read. Restore it from a copy of the store; the logs next to it are the record and need no repair.`,
    { cause, details: { path } },
  );
}

/** Whether it is a file store of MLflow: experiments are folders with a meta.yaml, and there is a .trash. */
function isMlruns(folder: string, names: readonly string[]): boolean {
  return (
    names.includes('.trash') || names.some((name) => existsSync(join(folder, name, 'meta.yaml')))
  );
}

function isOwnName(name: string): boolean {
  return (
    name.startsWith(`.${LAYOUT.storeFile}.`) ||
    (Object.values(LAYOUT) as string[]).includes(name) ||
    name === '.DS_Store'
  );
}

function writeUnlessThere(path: string, content: string): void {
  try {
    writeFileSync(path, content, { flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    // A full disk left it empty when the store was created.
    if (statSync(path).size === 0) writeFileSync(path, content);
  }
}
