import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { OrderedEvent } from '../../store/event-log.ts';
import { LAYOUT } from '../layout.ts';
import { errnoOf } from '../system/system-errors.ts';
import { damagedHeader, judgeLine, looksLikeHeader } from './judge-line.ts';
import { decodeLogHeader, type LogHeader } from './log-header.ts';
import { readLogLines } from './log-lines.ts';

/** The facts of a whole log, for maintenance. */
export interface ScannedLog {
  /** Below the store's folder: `logs/<name>`. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** The header of each of its sections; empty if the file is not a log. */
  readonly headers: readonly LogHeader[];
  /** Whether its last line seals it, so that no process writes to it any more. */
  readonly isSealed: boolean;
  /** Whether a line is too long to be read. Maintenance does not rewrite such a log. */
  readonly hasOversized: boolean;
}

/** One line of a log that has a header. */
export interface ScannedLine {
  readonly header: LogHeader;
  readonly isHeader: boolean;
  /** The line without its newline; `undefined` for a line that is too long. */
  readonly text: string | undefined;
  readonly offset: number;
  /** The offset after its newline. */
  readonly end: number;
  /**
   * Set if readers skip the section, because its header is damaged. `header` is then the header of an earlier section.
   */
  readonly unread?: string;
}

const LARGEST_CHUNK_BYTES = 1024 * 1024;

/** Yields the whole lines of a log with the section of each. Leaves out lines before the first header. */
export function* scanLines(folder: string, file: string): Generator<ScannedLine> {
  let header: LogHeader | undefined;
  let unread: string | undefined;
  const path = join(folder, file);
  // Thousands of logs are small, and a buffer for a large one is expensive.
  const chunkBytes = Math.min(statSync(path).size + 1, LARGEST_CHUNK_BYTES);
  for (const { text, offset, end } of readLogLines(path, 0, chunkBytes)) {
    const begun = text?.includes('"kind":"log"') ? decodeLogHeader(text, file) : undefined;
    if (begun !== undefined) {
      header = begun;
      unread = undefined;
    } else if (looksLikeHeader(text)) unread = damagedHeader(offset);
    if (header === undefined) return;
    const line = { header, isHeader: begun !== undefined, text, offset, end };
    yield unread === undefined ? line : { ...line, unread };
  }
}

/** Reads a log once, and calls back with its events; `undefined` if it was deleted. @throws STORE_FORMAT_TOO_NEW */
export function scanLog(
  folder: string,
  name: string,
  onEvent: (event: OrderedEvent) => void,
): ScannedLog | undefined {
  const file = `${LAYOUT.logs}/${name}`;
  const headers: LogHeader[] = [];
  let isSealed = false;
  let hasOversized = false;
  try {
    const info = lstatSync(join(folder, file));
    if (!info.isFile()) return undefined;
    for (const { header, isHeader, text, offset, unread } of scanLines(folder, file)) {
      isSealed = false;
      if (isHeader) headers.push(header);
      if (text === undefined) hasOversized = true;
      if (isHeader || unread !== undefined) continue;
      const decoded = judgeLine(header, text);
      if (decoded.outcome === 'unknown-kind') isSealed = decoded.kind === 'sealed';
      if (decoded.outcome !== 'event') continue;
      const { stampUs, event } = decoded;
      onEvent({ stampUs, event, writer: header.writer, position: offset });
    }
    const { size: sizeBytes, mtimeMs: modifiedMs } = info;
    return { file, sizeBytes, modifiedMs, headers, isSealed, hasOversized };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Returns why readers skip a line; `undefined` if they do not. */
export function damageOfLine({ header, isHeader, text, unread }: ScannedLine): string | undefined {
  if (isHeader) return undefined;
  if (unread !== undefined) return unread;
  const judged = judgeLine(header, text);
  return judged.outcome === 'damaged' ? judged.reason : undefined;
}
