import { basename, join, resolve } from 'node:path';
import { type ArtifactEntry, readArtifact, type Store, TidemarkError } from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { formatBytes } from '../../render/quantities.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { type ArtifactPlace, entryAt, filesBelow, findArtifactPlace } from './artifact-place.ts';
import { assertCopies, type CopyDraft, copyInto, isLocalFolder } from './local-copy.ts';

/** Options of `tidemark artifacts get`. */
export interface GetArtifactsOptions {
  readonly store?: string;
  readonly json?: boolean;
  /** A file or a folder of this machine, or `-` for standard output. */
  readonly output?: string;
  /** Whether to overwrite existing files. */
  readonly force?: boolean;
}

/** A file to copy, with its source. */
interface Copy extends CopyDraft {
  readonly from: ArtifactEntry;
}

/**
 * Copies a file or a folder of a run or a model to this machine. Returns false when some of the files are only
 * references, whose bytes are not in the store.
 * @throws ARTIFACT_NOT_FOUND, ARTIFACT_ELSEWHERE, DIGEST_MISMATCH, ARTIFACT_PATH_UNSAFE, WRITE_FAILED;
 * INVALID_ARGUMENT for a file that exists already
 */
export async function getArtifacts(
  of: string,
  path: string | undefined,
  options: GetArtifactsOptions,
  terminal: Terminal,
): Promise<boolean> {
  const store = await openExistingStore(options);
  const place = await findArtifactPlace(store, of, path);
  const entry = await entryAt(store, place);
  if (options.output === '-') {
    await toStandardOutput(store, place, entry, terminal);
    return true;
  }
  const { folder, copies } = entry.isFolder
    ? await folderCopies(store, place, options)
    : await fileCopy(place, entry, options);
  const here = copies.filter(({ from }) => from.uri === undefined || !entry.isFolder);
  const elsewhere = copies.filter((copy) => !here.includes(copy));
  await assertCopies(folder, here, { force: options.force === true });
  const written: { path: string; localPath: string; sizeBytes: number }[] = [];
  for (const copy of here) {
    const content = readArtifact(store, place.owner, copy.from.path);
    const sizeBytes = await copyInto(folder, copy, content);
    const localPath = join(folder, ...copy.path.split('/'));
    written.push({ path: copy.from.path, localPath, sizeBytes });
  }
  const references = elsewhere.map(({ from }) => ({ path: from.path, uri: from.uri }));
  if (options.json === true) {
    terminal.out(renderJson({ files: written, elsewhere: references }));
  } else {
    const total = written.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const only = written.length === 1 ? written[0] : undefined;
    terminal.out(
      only !== undefined
        ? `${printable(only.localPath)}  ${formatBytes(total)}\n`
        : `${written.length} files, ${formatBytes(total)}, in ${printable(folder)}\n`,
    );
    for (const { path: name, uri } of references) {
      terminal.error(`not in the store: ${printable(name)} is at ${printable(uri ?? '')}\n`);
    }
  }
  return references.length === 0;
}

async function toStandardOutput(
  store: Store,
  { owner, path = '' }: ArtifactPlace,
  { isFolder }: ArtifactEntry,
  terminal: Terminal,
): Promise<void> {
  if (isFolder) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      'A folder cannot be written to standard output, which takes one file. Name a file in it, or give a folder with --output.',
    );
  }
  for await (const piece of readArtifact(store, owner, path)) await terminal.outBytes(piece);
}

async function folderCopies(
  store: Store,
  { owner, id, path, recorded }: ArtifactPlace,
  { output }: GetArtifactsOptions,
): Promise<{ folder: string; copies: Copy[] }> {
  const cut = path === undefined ? 0 : path.length + 1;
  const files = await filesBelow(store, owner, path);
  return {
    folder: resolve(output ?? (path === undefined ? id : basename(path))),
    copies: files.map((from) => copyOf(from, from.path.slice(cut), recorded)),
  };
}

async function fileCopy(
  { recorded }: ArtifactPlace,
  from: ArtifactEntry,
  { output }: GetArtifactsOptions,
): Promise<{ folder: string; copies: Copy[] }> {
  const name = basename(from.path);
  if (output === undefined) return { folder: resolve('.'), copies: [copyOf(from, name, recorded)] };
  if (/[/\\]$/.test(output) || (await isLocalFolder(output))) {
    return { folder: resolve(output), copies: [copyOf(from, name, recorded)] };
  }
  const target = resolve(output);
  return { folder: resolve(target, '..'), copies: [copyOf(from, basename(target), recorded)] };
}

function copyOf(from: ArtifactEntry, path: string, recorded: ArtifactPlace['recorded']): Copy {
  const sha256 = recorded.find((file) => file.path === from.path)?.sha256;
  return { from, path, ...(sha256 === undefined ? {} : { sha256 }) };
}
