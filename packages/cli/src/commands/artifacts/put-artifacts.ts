import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type ArtifactFile,
  type ArtifactOwner,
  assertArtifactPath,
  assertRunActive,
  findRun,
  type Store,
  TidemarkError,
} from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { formatBytes } from '../../render/quantities.ts';
import { styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import type { Terminal } from '../../terminal.ts';

/** A file of this machine, and its path as an artifact. */
interface Local {
  readonly path: string;
  readonly localPath: string;
}

/**
 * Stores files as artifacts of a run, which may have ended, and prints their sizes and digests.
 * @throws RUN_NOT_FOUND, RUN_DELETED, ARTIFACT_NOT_FOUND, ARTIFACT_PATH_UNSAFE, WRITE_FAILED
 */
export async function putArtifacts(
  said: string,
  local: string,
  folder: string | undefined,
  options: { readonly store?: string; readonly json?: boolean },
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const run = await findRun(store, said);
  assertRunActive(run);
  const { experimentId, runId } = run;
  const owner: ArtifactOwner = { kind: 'run', experimentId, runId };
  const files = local === '-' ? [] : await localFiles(local, folder);
  for (const { path } of files) assertArtifactPath(path);
  const stored: ArtifactFile[] = [];
  const record = async (file: ArtifactFile): Promise<void> => {
    await store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
    stored.push(file);
  };
  if (local === '-') await record(await fromStandardInput(store, owner, folder));
  for (const file of files) await record(await write(store, owner, file));
  if (options.json === true) {
    terminal.out(renderJson(stored));
    return;
  }
  terminal.out(
    renderTable(
      [{ title: 'PATH', flexible: true }, { title: 'SIZE', align: 'right' }, { title: 'SHA-256' }],
      stored.map(({ path, sizeBytes, sha256 }) => [
        path,
        formatBytes(sizeBytes),
        sha256.slice(0, 16),
      ]),
      { style: styleOf(terminal), width: terminal.width },
    ),
  );
}

async function write(
  { artifacts }: Store,
  owner: ArtifactOwner,
  { path, localPath }: Local,
): Promise<ArtifactFile> {
  return (
    (await artifacts.writeLocalFile?.(owner, path, localPath)) ??
    (await artifacts.write(owner, path, createReadStream(localPath)))
  );
}

function fromStandardInput(
  { artifacts }: Store,
  owner: ArtifactOwner,
  path: string | undefined,
): Promise<ArtifactFile> {
  if (path !== undefined) return artifacts.write(owner, assertArtifactPath(path), process.stdin);
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    'Standard input has no file name. Give the path of the artifact: tidemark artifacts put <run> - notes/today.txt',
  );
}

async function localFiles(source: string, folder: string | undefined): Promise<Local[]> {
  const within = (path: string): string =>
    folder === undefined ? path : `${folder.replace(/\/$/, '')}/${path}`;
  const info = await stat(source).catch((cause: unknown) => {
    throw new TidemarkError(
      'ARTIFACT_NOT_FOUND',
      `There is no file or folder ${JSON.stringify(source)}. Check the path, which is relative to the working directory.`,
      { cause, details: { path: source } },
    );
  });
  if (info.isFile()) return [{ path: within(basename(source)), localPath: source }];
  if (!info.isDirectory()) {
    throw new TidemarkError(
      'ARTIFACT_PATH_UNSAFE',
      `${JSON.stringify(source)} is neither a file nor a folder. Give one of those, or - for standard input.`,
      { details: { path: source } },
    );
  }
  return (await filesBelow(source, '')).map(({ path, localPath }) => ({
    path: within(path),
    localPath,
  }));
}

/** Returns regular files in order. It does not follow links, which may form a circle or lead out of the folder. */
async function filesBelow(folder: string, prefix: string): Promise<Local[]> {
  const found: Local[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const [localPath, path] = [join(folder, entry.name), `${prefix}${entry.name}`];
    if (entry.isDirectory()) found.push(...(await filesBelow(localPath, `${path}/`)));
    else if (entry.isFile()) found.push({ path, localPath });
  }
  return found;
}
