import { assertArtifactPath, assertKey } from '@tidemark/core';
import { z } from 'zod';
import { parsePythonYaml } from '../python-yaml.ts';
import type { MlrunsEntry, MlrunsFiles } from './mlruns-files.ts';
import type { PlannedArtifact } from './mlruns-plan.ts';
import { Unreadable } from './unreadable.ts';

/** The file of every entity's own facts. */
const META_FILE = 'meta.yaml';

// Left by desktops, by network file systems, and by people who want git to keep a folder.
const FOREIGN = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini|\.gitkeep|\._.*|\.nfs[0-9a-f]+)$/;

/** Text in a meta.yaml. Old versions left ids unquoted, so that YAML takes them for numbers. */
export const metaText: z.ZodType<string> = z
  .union([z.string(), z.number(), z.bigint()])
  .transform(String);
/** Milliseconds since 1970 in a meta.yaml. */
export const metaTime: z.ZodType<number> = z.int().nonnegative();

/** Joins names to a path below the folder of the store. */
export function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The entries of a folder sorted by name, without what other programs leave lying around. */
export async function entriesOf(files: MlrunsFiles, folder: string): Promise<MlrunsEntry[]> {
  return sortedByName((await files.list(folder)).filter(isOwn));
}

function isOwn({ name }: MlrunsEntry): boolean {
  return !FOREIGN.test(name);
}

function sortedByName(entries: readonly MlrunsEntry[]): MlrunsEntry[] {
  return [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The sub-folders of a folder, sorted by name. Throws `Unreadable` for a link among them. */
export async function foldersOf(files: MlrunsFiles, folder: string): Promise<string[]> {
  const entries = await entriesOf(files, folder);
  return entries
    .filter((entry) => isFolder(below(folder, entry.name), entry))
    .map(({ name }) => name);
}

/** Whether an entry is a folder that may hold records. Throws `Unreadable` for a link. */
export function isFolder(place: string, entry: MlrunsEntry): boolean {
  if (entry.name.startsWith('.') || entry.kind === 'file') return false;
  if (entry.kind !== 'folder') assertRegular(place, entry);
  return true;
}

/** Whether a folder has a meta.yaml. */
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

/** Reads a folder of one file for each key, a key with `/` being sub-folders. Throws `Unreadable`. */
export async function readKeyFiles(
  files: MlrunsFiles,
  folder: string,
  what: 'metric' | 'param' | 'tag',
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  await walk(files, folder, '', isOwn, async (key, place, entry) => {
    assertKey(key, what);
    texts.set(key, await readText(files, place, entry));
  });
  return texts;
}

/** The files of an artifact folder, at whatever depth, with their paths checked. Throws `Unreadable`. */
export async function listArtifacts(
  files: MlrunsFiles,
  folder: string,
): Promise<PlannedArtifact[]> {
  const artifacts: PlannedArtifact[] = [];
  await walk(
    files,
    folder,
    '',
    () => true,
    async (path, source, entry) => {
      assertRegular(source, entry);
      assertArtifactPath(path);
      artifacts.push({ path, source, sizeBytes: entry.sizeBytes ?? 0 });
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
      ? 'It is a symbolic link out of the folder or to a folder, which is not followed. Put what it leads to in its place.'
      : 'It is neither a file nor a folder.',
  );
}

function sentence(error: z.ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join('.') ?? '';
  return `${field === '' ? 'It' : `Its field "${field}"`} cannot be used: ${issue?.message ?? 'unknown'}.`;
}
