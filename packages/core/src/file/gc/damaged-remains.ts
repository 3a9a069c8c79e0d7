import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEventLine } from '../../events/event-line.ts';
import type { PurgedThings } from '../../fold/purged-things.ts';
import { LAYOUT } from '../layout.ts';
import { looksLikeHeader } from '../log/judge-line.ts';
import { isIntact } from '../log/line-check.ts';
import { fileNamesIn } from '../system/names-in.ts';

/** What a writer begins the line of an event with: what it is about comes right behind the kind. */
const SUBJECT =
  /^\{"at":\d+,"kind":"[a-z-]+",(?:"owner":\{)?"(run|model|experiment)":"([\w-]+)"[,}]/;

/** Once in each line; twice where a newline was lost and two became one. */
const STAMP = '"at":';

/** A header that cannot be read: whatever stands behind it is not read as that of an earlier one. */
const DAMAGED_HEADER = '{"kind":"log"}';

/**
 * Whether a line that no reader takes may hold something of what was purged. It does not when its beginning
 * still says clearly that it is about something else, which is known and of which nothing was purged.
 */
export function mayHoldPurged(text: string, things: PurgedThings): boolean {
  const [, kind, id] = SUBJECT.exec(text) ?? [];
  if (kind === undefined || id === undefined) return true;
  if (text.indexOf(STAMP) !== text.lastIndexOf(STAMP)) return true;
  return !things.isUntouched(kind === 'experiment' ? { experiment: id } : { owner: id });
}

/** A damaged line as a clean-up leaves it: `undefined` where it may hold something of what was purged. */
export function strippedDamage(text: string, things: PurgedThings): string | undefined {
  if (looksLikeHeader(text)) {
    return text.indexOf(STAMP) === text.lastIndexOf(STAMP) ? text : DAMAGED_HEADER;
  }
  return mayHoldPurged(text, things) ? undefined : text;
}

/** The files below `quarantine/` with a line that holds something of what was purged, or may do so. */
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
      // Of a long line each entry is a part: only the first says what it is about.
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

/** The text of the bytes that an entry holds, empty for zeros; `undefined` for what is no entry. */
function bytesOf(entry: string): string | undefined {
  try {
    const { zeros, base64 } = JSON.parse(entry);
    if (typeof zeros === 'number') return '';
    return typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}
