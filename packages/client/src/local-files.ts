import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertArtifactPath, TidemarkError } from '@tidemark/core';
import type { LocalFile } from './local-file.ts';

/**
 * The file at a path, or every regular file below a folder, sorted. Every name is checked before the
 * first is read. Links are followed to files, but never round in a circle.
 * @throws ARTIFACT_NOT_FOUND, ARTIFACT_PATH_UNSAFE
 */
export async function localFiles(source: string | URL): Promise<readonly LocalFile[]> {
  const root = source instanceof URL ? fileURLToPath(source) : source;
  const found = await regularFiles(root, '', new Set());
  for (const { path } of found) assertArtifactPath(path);
  return found
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, place }) => ({ path, content: createLazyStream(place) }));
}

interface Found {
  readonly path: string;
  readonly place: string;
}

async function regularFiles(place: string, path: string, above: Set<string>): Promise<Found[]> {
  const info = await stat(place).catch((cause: unknown) => {
    throw new TidemarkError(
      'ARTIFACT_NOT_FOUND',
      `There is no file or folder ${JSON.stringify(place)} to log. Check the path; it is relative to the working directory.`,
      { cause, details: { path: place } },
    );
  });
  if (info.isFile()) return [{ path: path === '' ? basename(place) : path, place }];
  if (!info.isDirectory()) {
    if (path !== '') return [];
    throw new TidemarkError(
      'ARTIFACT_PATH_UNSAFE',
      `${JSON.stringify(place)} is neither a file nor a folder, so it cannot be logged.`,
    );
  }
  const here = await realpath(place);
  if (above.has(here)) return [];
  const names = await readdir(place);
  const below = names.map((name) =>
    regularFiles(
      join(place, name),
      path === '' ? name : `${path}/${name}`,
      new Set([...above, here]),
    ),
  );
  return (await Promise.all(below)).flat();
}

/** Opens the file when its bytes are asked for, so that a large folder needs few descriptors. */
async function* createLazyStream(place: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(place, { highWaterMark: 1024 * 1024 });
}
