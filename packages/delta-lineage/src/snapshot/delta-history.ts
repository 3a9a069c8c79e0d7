import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assertArguments, assertOptions, TidemarkError } from '@tidemark/core';
import { z } from 'zod';
import { recreatableVersions } from '../log/log-listing.ts';
import { LOG_FOLDER, openDeltaSnapshot, readListing, tableFolder } from './delta-snapshot.ts';
import { commitTimestampMs } from './time-travel.ts';

/** One version of a table, as its commit describes it. */
export interface DeltaVersion {
  readonly version: number;
  /** Time of the commit; see `DeltaSnapshot.timestampMs`. */
  readonly timestampMs: number;
  /** The operation that its writer recorded, such as `WRITE` or `DELETE`; absent when it recorded none. */
  readonly operation?: string;
  /** The parameters of the operation, as its writer recorded them. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The name and version of the program that wrote it, as the program recorded them. */
  readonly engine?: string;
}

const commitInfo = z.object({
  commitInfo: z.object({
    operation: z.string().optional().catch(undefined),
    operationParameters: z.record(z.string(), z.unknown()).optional().catch(undefined),
    engineInfo: z.string().optional().catch(undefined),
  }),
});

/**
 * Lists the versions of a Delta table that can still be read, newest first, with the operation that made each.
 * Opens no data file. `limit` bounds the number of commits that are read (default: all).
 *
 * Throws what `openDeltaSnapshot` throws for the latest version.
 *
 * @example
 * ```ts
 * for (const { version, operation } of await deltaHistory('data/penguins', { limit: 20 })) {
 *   console.log(version, operation);
 * }
 * ```
 */
export async function deltaHistory(
  path: string,
  options: { readonly limit?: number } = {},
): Promise<DeltaVersion[]> {
  assertArguments({ path }, 'deltaHistory', { path: 'string' });
  assertOptions(options, 'deltaHistory', { limit: 'number?' });
  const { configuration } = await openDeltaSnapshot(path);
  const tablePath = tableFolder(path);
  const logPath = join(tablePath, LOG_FOLDER);
  const listing = await readListing(tablePath);
  const versions = recreatableVersions(listing)
    .flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index))
    .reverse()
    .slice(0, options.limit);
  const found: DeltaVersion[] = [];
  for (const version of versions) {
    const timestampMs = await commitTimestampMs(logPath, listing, version, configuration);
    const name = listing.commits.get(version);
    const info = name === undefined ? {} : await readCommitInfo(join(logPath, name));
    found.push({ version, timestampMs, ...info });
  }
  return found;
}

/** The `commitInfo` of a commit; its content is the writer's own (PROTOCOL.md, "Commit Provenance Information"). */
async function readCommitInfo(
  file: string,
): Promise<Pick<DeltaVersion, 'operation' | 'parameters' | 'engine'>> {
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    if (!line.includes('"commitInfo"')) continue;
    const parsed = commitInfo.safeParse(parseLine(line, file));
    if (!parsed.success) continue;
    const { operation, operationParameters, engineInfo } = parsed.data.commitInfo;
    return {
      ...(operation === undefined ? {} : { operation }),
      ...(operationParameters === undefined ? {} : { parameters: operationParameters }),
      ...(engineInfo === undefined ? {} : { engine: engineInfo }),
    };
  }
  return {};
}

function parseLine(line: string, file: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new TidemarkError(
      'DELTA_LOG_INVALID',
      `A line of ${file} is not JSON. The file is damaged or incomplete: restore it from a copy.`,
      { cause, details: { file } },
    );
  }
}
