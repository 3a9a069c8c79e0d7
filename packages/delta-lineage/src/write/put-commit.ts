import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TidemarkError } from '@tidemark/core';

/** The name of a version's commit file. */
export function commitName(version: number): string {
  return `${String(version).padStart(20, '0')}.json`;
}

/**
 * Commits a version unless another writer already has. Returns whether this writer committed it. The whole
 * text is on disk before the name exists; `link` creates the name, and succeeds for one writer only.
 *
 * `actions` must differ from every other writer's (their `txnId` does): over NFS, `link` can fail for the
 * writer that succeeded, which then reads the file to find out. @throws WRITE_FAILED when the file system refuses.
 */
export async function putCommit(
  logPath: string,
  version: number,
  actions: readonly unknown[],
): Promise<boolean> {
  const text = `${actions.map((action) => JSON.stringify(action)).join('\n')}\n`;
  const name = commitName(version);
  const temporary = join(logPath, `.${name}.${randomUUID()}.tmp`);
  try {
    await writeDurably(temporary, text);
    const granted = await link(temporary, join(logPath, name)).then(
      () => true,
      async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        return (await readFile(join(logPath, name), 'utf8')) === text;
      },
    );
    if (granted) await syncPath(logPath);
    return granted;
  } catch (cause) {
    throw new TidemarkError(
      'WRITE_FAILED',
      `The commit ${name} could not be written to ${logPath}: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'The table is unchanged. Its file system must allow hard links: check that, free space and permissions.',
      { cause, details: { version } },
    );
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Waits until the content of a file, or the entries of a folder, are on disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
