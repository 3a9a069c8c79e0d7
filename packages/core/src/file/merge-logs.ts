import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TidemarkError } from '../errors.ts';
import { LAYOUT, LOG_FILE } from './layout.ts';
import { decodeLogHeader } from './log-header.ts';
import { readLogLines } from './log-lines.ts';
import { syncFolder } from './put-if-absent.ts';
import { endOfWholeLines, hasSameBytes } from './same-bytes.ts';
import { errnoOf, readFailed, writeFailed } from './system-errors.ts';

/** Longer than any header that is written, so that one read is enough. */
const HEADER_CHUNK_BYTES = 4096;

/** A log to be taken over, up to the end of its whole lines. */
export interface LogCopy {
  readonly name: string;
  readonly sizeBytes: number;
  /** Whether the store has the log already, in fewer lines or an older generation. */
  readonly replaces: boolean;
}

/** What has to be done with the logs of another store. */
export interface LogPlan {
  readonly copies: readonly LogCopy[];
  readonly unchanged: number;
}

/**
 * Compares the logs of two stores. A log that both have is one, as far as the shorter goes: the longer
 * one stands, and one of a higher generation (maintenance rewrote it) over every lower.
 * @throws MERGE_DIVERGED when neither is the beginning of the other
 */
export async function planLogs(into: string, from: string): Promise<LogPlan> {
  const copies: LogCopy[] = [];
  let unchanged = 0;
  for (const name of await logNamesIn(from)) {
    const theirs = await lookAt(join(from, LAYOUT.logs, name));
    if (theirs === undefined || theirs.sizeBytes === 0) continue;
    const ours = await lookAt(join(into, LAYOUT.logs, name));
    if (ours !== undefined && !(await isAhead(theirs, ours, name))) unchanged += 1;
    else copies.push({ name, sizeBytes: theirs.sizeBytes, replaces: ours !== undefined });
  }
  return { copies, unchanged };
}

/** Takes logs over, each whole or not at all. @throws READ_FAILED, WRITE_FAILED */
export async function copyLogs(into: string, from: string, plan: LogPlan): Promise<void> {
  const folder = join(into, LAYOUT.logs);
  for (const { name, sizeBytes } of plan.copies) {
    const partial = join(folder, `.${name}.${randomBytes(6).toString('hex')}.partial`);
    try {
      await mkdir(folder, { recursive: true });
      await pipeline(
        createReadStream(join(from, LAYOUT.logs, name), { end: sizeBytes - 1 }),
        createWriteStream(partial, { flags: 'wx', flush: true }),
      );
      await rename(partial, join(folder, name));
    } catch (error) {
      await rm(partial, { force: true });
      throw writeFailed(`The log ${name}`, error);
    }
  }
  if (plan.copies.length > 0) syncFolder(folder);
}

interface LogFacts {
  readonly path: string;
  readonly sizeBytes: number;
  readonly generation: number;
}

async function isAhead(theirs: LogFacts, ours: LogFacts, name: string): Promise<boolean> {
  if (theirs.generation !== ours.generation) return theirs.generation > ours.generation;
  const shared = Math.min(theirs.sizeBytes, ours.sizeBytes);
  if (await hasSameBytes(theirs.path, ours.path, shared)) return theirs.sizeBytes > ours.sizeBytes;
  throw new TidemarkError(
    'MERGE_DIVERGED',
    `The log ${name} differs in the two stores before the end of the shorter one, which no writer does. Look for the damaged one with: tidemark doctor`,
    { details: { log: name } },
  );
}

/** The whole lines of a log; `undefined` when there is no such file. */
async function lookAt(path: string): Promise<LogFacts | undefined> {
  try {
    const { size } = await stat(path);
    const sizeBytes = await endOfWholeLines(path, size);
    return { path, sizeBytes, generation: sizeBytes === 0 ? 0 : generationOf(path) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (errnoOf(error) === undefined) throw error;
    throw readFailed(path, error);
  }
}

function generationOf(path: string): number {
  const lines = readLogLines(path, 0, HEADER_CHUNK_BYTES);
  const first = lines.next();
  lines.return(0);
  const header = first.done === true ? undefined : decodeLogHeader(first.value.text ?? '', path);
  return header?.generation ?? 0;
}

async function logNamesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(join(folder, LAYOUT.logs))).filter((name) => LOG_FILE.test(name)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw readFailed(`${folder}/${LAYOUT.logs}`, error);
  }
}
