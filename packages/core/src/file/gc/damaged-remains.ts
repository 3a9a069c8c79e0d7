import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEventLine } from '../../events/event-line.ts';
import type { PurgedThings } from '../../fold/purged-things.ts';
import { LAYOUT } from '../layout.ts';
import { looksLikeHeader } from '../log/judge-line.ts';
import { isIntact } from '../log/line-check.ts';
import { fileNamesIn } from '../system/names-in.ts';

/** The beginning of an event's line: its subject comes directly after the kind. */
const SUBJECT =
  /^\{"at":\d+,"kind":"[a-z-]+",(?:"owner":\{)?"(run|model|experiment)":"([\w-]+)"[,}]/;

/** It occurs once in each line, and twice if two lines became one because a newline was lost. */
const STAMP = '"at":';

/** A header that cannot be read, so that the lines after it do not count as those of an earlier header. */
const DAMAGED_HEADER = '{"kind":"log"}';

/**
 * Whether a damaged line may contain something that was purged. It does not if its beginning clearly names another,
 * known subject without purges.
 */
export function mayHoldPurged(text: string, things: PurgedThings): boolean {
  const [, kind, id] = SUBJECT.exec(text) ?? [];
  if (kind === undefined || id === undefined) return true;
  if (text.indexOf(STAMP) !== text.lastIndexOf(STAMP)) return true;
  return !things.isUntouched(kind === 'experiment' ? { experiment: id } : { owner: id });
}

/** Returns a damaged line as a clean-up leaves it; `undefined` if it may contain something that was purged. */
export function strippedDamage(text: string, things: PurgedThings): string | undefined {
  if (looksLikeHeader(text)) {
    return text.indexOf(STAMP) === text.lastIndexOf(STAMP) ? text : DAMAGED_HEADER;
  }
  return mayHoldPurged(text, things) ? undefined : text;
}

/** Returns the files below `quarantine/` with a line that contains, or may contain, something that was purged. */
export function quarantinedRemains(folder: string, things: PurgedThings): string[] {
  if (things.isEmpty) return [];
  return fileNamesIn(join(folder, LAYOUT.quarantine))
    .map((name) => `${LAYOUT.quarantine}/${name}`)
    .filter((file) => holdsRemains(readFileSync(join(folder, file), 'utf8'), things));
}

function holdsRemains(quarantine: string, things: PurgedThings): boolean {
  return quarantine
    .split('\n')
    .filter((entry) => entry !== '')
    .some((entry) => {
      const bytes = bytesOf(entry);
      // A long line has several entries, and only the first names its subject.
      if (bytes === undefined) return true;
      return bytes
        .split('\n')
        .filter((text) => text !== '')
        .some((text) => isRemains(text, things));
    });
}

function isRemains(text: string, things: PurgedThings): boolean {
  if (!isIntact(text)) return strippedDamage(text, things) !== text;
  const decoded = decodeEventLine(text);
  return decoded.outcome === 'event' && things.strip(decoded.event) !== decoded.event;
}

/** Returns the text of an entry: empty for zeros, `undefined` if the text is not an entry. */
function bytesOf(entry: string): string | undefined {
  try {
    const { zeros, base64 } = JSON.parse(entry);
    if (typeof zeros === 'number') return '';
    return typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}
