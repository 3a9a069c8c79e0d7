import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, utimesSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { decodeEventLine, encodeEventLine } from '../../events/event-line.ts';
import type { PurgedThings } from '../../fold/purged-things.ts';
import { isIntact, isIntactOrUnchecked, withCheck } from '../log/line-check.ts';
import { hasChecks, type LogHeader } from '../log/log-header.ts';
import { type ScannedLine, scanLines } from '../log/log-scan.ts';
import { isSeal, missingCount } from '../log/log-seal.ts';
import { syncFolder } from '../system/put-if-absent.ts';
import { strippedDamage } from './damaged-remains.ts';

/** The number of characters that are gathered before a write. */
const CHUNK_CHARACTERS = 1024 * 1024;

/** Returns the new text of a line when its log is rewritten: the same, another, or none. */
export type LineChange = (line: ScannedLine) => string | undefined;

/** Returns a line without purged things. A damaged line that may contain some is removed as a whole. */
export function strippedLine(line: ScannedLine, things: PurgedThings): string | undefined {
  const { header, text, isHeader, unread } = line;
  if (text === undefined || isHeader || things.isEmpty) return text;
  // A damaged line is not rewritten, because a new check would make it look intact.
  const isDamaged = (unread !== undefined || hasChecks(header)) && !isIntact(text);
  if (isDamaged) return strippedDamage(text, things);
  const decoded = decodeEventLine(text);
  if (decoded.outcome === 'damaged') return strippedDamage(text, things);
  if (decoded.outcome !== 'event') return text;
  const left = things.strip(decoded.event);
  if (left === decoded.event) return text;
  if (left === undefined) return undefined;
  const encoded = encodeEventLine(decoded.stampUs, left);
  // The header of an unread line belongs to another section. The line has a valid check, otherwise it would be damaged.
  return unread === undefined ? lineOf(header, encoded) : withCheck(encoded);
}

/** Whether a log has a line with a purged thing. */
export function holdsPurged(folder: string, file: string, things: PurgedThings): boolean {
  if (things.isEmpty) return false;
  for (const line of scanLines(folder, file)) {
    if (strippedLine(line, things) !== line.text) return true;
  }
  return false;
}

/** Options of `writeLog`. */
export interface WriteLogOptions {
  readonly change: LineChange;
  readonly modifiedMs: number;
  /** The store with the sources. Default: the store to write to. */
  readonly from?: string;
  /** Returns the new stamp of a header, microseconds. Default: its old stamp. */
  readonly stampOf?: (line: ScannedLine) => number;
  /**
   * Whether damaged lines are left out. In a section that loses a damaged line, the count of the closing line is
   * accepted from then on, because a lost newline makes one damaged line of two.
   */
  readonly leavesDamageOut?: boolean;
}

/**
 * Writes the changed lines of some logs as one log, in place of a log of this name. The new file is written under a
 * temporary name, synced and renamed, so that readers see either the old or the new log. Each section's generation
 * grows by one. Returns the number of bytes written.
 */
export function writeLog(
  folder: string,
  target: string,
  sources: readonly string[],
  options: WriteLogOptions,
): number {
  const path = join(folder, target);
  const partial = join(
    dirname(path),
    `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`,
  );
  try {
    const sizeBytes = writeLines(partial, mergedLines(options.from ?? folder, sources, options));
    // Keeps the time of the last write, so that the log does not look as if its process lived.
    utimesSync(partial, new Date(), new Date(options.modifiedMs));
    renameSync(partial, path);
    syncFolder(dirname(path));
    return sizeBytes;
  } finally {
    rmSync(partial, { force: true });
  }
}

function* mergedLines(
  folder: string,
  sources: readonly string[],
  options: WriteLogOptions,
): Generator<string> {
  let isSealed = true;
  let lastStampUs = 0;
  let last: LogHeader | undefined;
  for (const source of sources) {
    const removed = removedLines(folder, source, options);
    for (const line of scanLines(folder, source)) {
      if (line.isHeader) {
        isSealed = false;
        const begun = renewedHeader(line, removed.get(line.offset) ?? 0, options);
        last = begun;
        lastStampUs = Math.max(lastStampUs, begun.at);
        yield lineOf(begun, JSON.stringify(begun));
        continue;
      }
      const text = options.change(line);
      if (text === undefined) continue;
      isSealed = isClosing(text);
      yield text;
    }
  }
  // Seals the log, even if the last writer never closed its own.
  if (!isSealed && last !== undefined) {
    yield lineOf(last, JSON.stringify({ at: lastStampUs, kind: 'sealed' }));
  }
}

function renewedHeader(
  line: ScannedLine,
  removed: number,
  { stampOf }: WriteLogOptions,
): LogHeader {
  const { header } = line;
  const without = (header.without ?? 0) + removed;
  return {
    ...header,
    generation: header.generation + 1,
    ...(without === 0 ? {} : { without }),
    at: stampOf?.(line) ?? header.at,
  };
}

/** Returns how many lines each section of a log loses, by the offset of its header. */
function removedLines(
  folder: string,
  source: string,
  { change, leavesDamageOut }: WriteLogOptions,
): Map<number, number> {
  const removed = new Map<number, number>();
  let section = 0;
  let kept = 0;
  for (const line of scanLines(folder, source)) {
    if (line.isHeader) {
      section = line.offset;
      kept = 1;
    } else if (line.unread === undefined) {
      const text = change(line);
      const count = removed.get(section) ?? 0;
      if (text === undefined) removed.set(section, count + 1);
      else if (leavesDamageOut === true && count > 0 && isClosing(text)) {
        removed.set(section, count + missingCount(line.header, text, kept + count));
      } else kept += 1;
    }
  }
  return removed;
}

/** Returns a line in the format of its section: with a check, if the format has checks. */
export function lineOf(header: LogHeader, line: string): string {
  return hasChecks(header) ? withCheck(line) : line;
}

function isClosing(text: string): boolean {
  return isSeal(text) && isIntactOrUnchecked(text);
}

function writeLines(path: string, lines: Iterable<string>): number {
  const fd = openSync(path, 'wx', 0o644);
  let sizeBytes = 0;
  let gathered = '';
  const flush = (): void => {
    const bytes = Buffer.from(gathered);
    let offset = 0;
    while (offset < bytes.length) offset += writeSync(fd, bytes, offset);
    sizeBytes += bytes.length;
    gathered = '';
  };
  try {
    for (const line of lines) {
      gathered += `${line}\n`;
      if (gathered.length > CHUNK_CHARACTERS) flush();
    }
    flush();
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return sizeBytes;
}
