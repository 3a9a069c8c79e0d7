import { assertArtifactPath, assertKey, isTidemarkError } from '@tidemark/core';
import { z } from 'zod';
import { parsePythonYaml } from '../python-yaml.ts';
import type { MlrunsEntry, MlrunsFiles } from './mlruns-files.ts';
import type { MlrunsProblem, PlannedArtifact } from './mlruns-plan.ts';
import { Unreadable } from './unreadable.ts';

/** The file with the fields of an entity. */
const META_FILE = 'meta.yaml';

// Files of desktops and of network file systems, and files that make git keep a folder.
const FOREIGN = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini|\.gitkeep|\._.*|\.nfs[0-9a-f]+)$/;

/** Text in a meta.yaml. Old versions did not quote ids, so YAML reads some as numbers. */
export const metaText: z.ZodType<string> = z
  .union([z.string(), z.number(), z.bigint()])
  .transform(String);
/** Milliseconds since 1970 in a meta.yaml. */
export const metaTime: z.ZodType<number> = z.int().nonnegative();

/** Joins names to a path below the folder of the store. */
export function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Returns the entries of a folder sorted by name, without files that other programs leave there. */
export async function entriesOf(files: MlrunsFiles, folder: string): Promise<MlrunsEntry[]> {
  return sortedByName((await files.list(folder)).filter(isOwn));
}

function isOwn({ name }: MlrunsEntry): boolean {
  return !FOREIGN.test(name);
}

function sortedByName(entries: readonly MlrunsEntry[]): MlrunsEntry[] {
  return [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns the sub-folders of a folder, sorted by name. Throws `Unreadable` for a link among them. */
export async function foldersOf(files: MlrunsFiles, folder: string): Promise<string[]> {
  const entries = await entriesOf(files, folder);
  return entries
    .filter((entry) => isFolder(below(folder, entry.name), entry))
    .map(({ name }) => name);
}

/** Returns whether an entry is a folder that may hold records. Throws `Unreadable` for a link. */
export function isFolder(place: string, entry: MlrunsEntry): boolean {
  if (entry.name.startsWith('.') || entry.kind === 'file') return false;
  if (entry.kind !== 'folder') assertRegular(place, entry);
  return true;
}

/** Returns whether a folder has a meta.yaml. */
export async function hasMeta(files: MlrunsFiles, folder: string): Promise<boolean> {
  return (await files.list(folder)).some(({ name }) => name === META_FILE);
}

/** Reads and checks the meta.yaml of a folder. Throws `Unreadable`. */
export async function readMeta<T>(
  files: MlrunsFiles,
  folder: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const place = below(folder, META_FILE);
  const entry = (await files.list(folder)).find(({ name }) => name === META_FILE);
  if (entry === undefined) throw new Unreadable(folder, `It has no ${META_FILE}.`);
  const yaml = parsePythonYaml(await readText(files, place, entry));
  if (!yaml.ok) {
    throw new Unreadable(
      place,
      `It is not YAML: ${yaml.problem.message} (line ${yaml.problem.line}).`,
    );
  }
  const parsed = schema.safeParse(yaml.value);
  if (!parsed.success) throw new Unreadable(place, sentence(parsed.error));
  return parsed.data;
}

/**
 * Reads a folder that has one file for each key. A key with `/` is in sub-folders. A key that is not allowed here
 * becomes a problem, and the others are read. Throws `Unreadable`.
 */
export async function readKeyFiles(
  files: MlrunsFiles,
  folder: string,
  what: 'metric' | 'param' | 'tag',
  problems: MlrunsProblem[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  await walk(files, folder, '', isOwn, async (key, place, entry) => {
    const refusal = keyProblem(key, what);
    if (refusal === undefined) texts.set(key, await readText(files, place, entry));
    else problems.push({ severity: 'left-out', place, message: `It was left out: ${refusal}` });
  });
  return texts;
}

function keyProblem(key: string, what: 'metric' | 'param' | 'tag'): string | undefined {
  try {
    assertKey(key, what);
    return undefined;
  } catch (error) {
    if (isTidemarkError(error, 'INVALID_KEY')) return error.message;
    throw error;
  }
}

/**
 * Returns the files of an artifact folder, at any depth. A file with a path that no store accepts is left out and
 * reported. Throws `Unreadable`.
 */
export async function listArtifacts(
  files: MlrunsFiles,
  folder: string,
  notes: MlrunsProblem[],
): Promise<PlannedArtifact[]> {
  const artifacts: PlannedArtifact[] = [];
  await walk(
    files,
    folder,
    '',
    () => true,
    async (path, source, entry) => {
      assertRegular(source, entry);
      try {
        assertArtifactPath(path);
        artifacts.push({ path, source, sizeBytes: entry.sizeBytes ?? 0 });
      } catch (error) {
        if (!isTidemarkError(error, 'ARTIFACT_PATH_UNSAFE')) throw error;
        notes.push({ severity: 'left-out', place: source, message: error.message });
      }
    },
  );
  return artifacts;
}

async function walk(
  files: MlrunsFiles,
  folder: string,
  prefix: string,
  takes: (entry: MlrunsEntry) => boolean,
  visit: (path: string, place: string, entry: MlrunsEntry) => Promise<void>,
): Promise<void> {
  for (const entry of sortedByName((await files.list(folder)).filter(takes))) {
    const place = below(folder, entry.name);
    const path = below(prefix, entry.name);
    if (entry.kind === 'folder') await walk(files, place, path, takes, visit);
    else await visit(path, place, entry);
  }
}

async function readText(files: MlrunsFiles, place: string, entry: MlrunsEntry): Promise<string> {
  assertRegular(place, entry);
  try {
    return await files.readText(place);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Unreadable(place, `It cannot be read: ${reason}`, error);
  }
}

function assertRegular(place: string, { kind }: MlrunsEntry): void {
  if (kind === 'file') return;
  throw new Unreadable(
    place,
    kind === 'link'
      ? 'It is a symbolic link out of the folder or to a folder, and such links are not followed. Replace the link with its target.'
      : 'It is neither a file nor a folder.',
  );
}

function sentence(error: z.ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join('.') ?? '';
  return `${field === '' ? 'It' : `Its field "${field}"`} cannot be used: ${issue?.message ?? 'unknown'}.`;
}
