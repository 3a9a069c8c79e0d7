import { join } from 'node:path';
import { TidemarkError } from '@tidemark/core';
import { emptyLogActions } from '../log/delta-actions.ts';
import { readActionLines } from '../log/read-commit.ts';
import { commitName, putCommit } from './put-commit.ts';

/**
 * Commits new rows as the version after `base`, or after the last commit of other writers since then. New
 * rows may follow any commit that keeps the table's schema, properties and protocol.
 *
 * Returns the version. @throws DELTA_COMMIT_CONFLICT when another writer changed one of these, WRITE_FAILED.
 */
export async function commitAppend(
  logPath: string,
  base: number,
  actions: readonly unknown[],
): Promise<number> {
  for (let version = base + 1; ; version += 1) {
    if (await putCommit(logPath, version, actions)) return version;
    const winner = emptyLogActions();
    await readActionLines(join(logPath, commitName(version)), winner);
    const changed =
      winner.protocol !== undefined ? 'protocol' : winner.metaData && 'schema or properties';
    if (changed === undefined) continue;
    throw new TidemarkError(
      'DELTA_COMMIT_CONFLICT',
      `Another writer changed the table's ${changed} in version ${version} while rows were being appended. Nothing was appended: try again.`,
      { details: { version } },
    );
  }
}
