import { basename, join } from 'node:path';
import { z } from 'zod';
import { sha256Hex } from '../../digest/sha256.ts';
import { isTidemarkError } from '../../errors.ts';
import type { LoggedModelId } from '../../model/ids.ts';
import type { AnnouncedVersion, VersionAnnouncements } from '../../port/version-announcements.ts';
import { writeDerived } from '../index/part-files.ts';
import { LAYOUT } from '../layout.ts';
import { namesIn } from '../system/names-in.ts';
import { readPlainFile } from '../system/plain-file.ts';
import { errnoOf } from '../system/system-errors.ts';

/** More than the longest name of a model takes. */
const LONGEST_BYTES = 64 * 1024;

const announcement: z.ZodType<AnnouncedVersion> = z.object({
  name: z.string(),
  version: z.int().positive(),
});

/**
 * One small file for each version of a logged model. The files are derived: the registry chains have the versions.
 * Without them, processes that register one logged model at the same moment cannot see each other.
 */
export class FileVersionAnnouncements implements VersionAnnouncements {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(modelId: LoggedModelId, { name, version }: AnnouncedVersion): Promise<void> {
    const path = join(this.#placeOf(modelId), fileOf({ name, version }));
    const pieces = [Buffer.from(JSON.stringify({ name, version }))];
    // Again, because a clean-up removes the folder at the moment at which it is empty.
    if (!writeDerived(path, pieces)) writeDerived(path, pieces);
  }

  async besides(
    modelId: LoggedModelId,
    known: readonly AnnouncedVersion[],
  ): Promise<readonly AnnouncedVersion[]> {
    const folder = this.#placeOf(modelId);
    // Opens only files of unknown versions, so that a model with many versions costs one listing of the folder.
    const seen = new Set(known.map(fileOf));
    const files = announcedIn(folder).filter((file) => !seen.has(file));
    return files.flatMap((file) => readAnnouncement(join(folder, file)) ?? []);
  }

  #placeOf(modelId: LoggedModelId): string {
    return join(this.#folder, LAYOUT.announcements, modelId);
  }
}

/** The places below a store's folder of announcements that no reader can use. */
export function unusableAnnouncements(folder: string): string[] {
  return namesIn(join(folder, LAYOUT.announcements)).flatMap((modelId) => {
    const place = `${LAYOUT.announcements}/${modelId}`;
    return announcedIn(join(folder, place))
      .filter((file) => readAnnouncement(join(folder, place, file)) === undefined)
      .map((file) => `${place}/${file}`);
  });
}

function fileOf({ name, version }: AnnouncedVersion): string {
  return sha256Hex(JSON.stringify([name, Number(version)])).slice(0, 32);
}

/** The names of the announcements in a folder. None if it cannot be read: the version itself is registered. */
function announcedIn(folder: string): string[] {
  try {
    return namesIn(folder).filter((file) => !file.startsWith('.'));
  } catch (error) {
    if (isTidemarkError(error, 'READ_FAILED')) return [];
    throw error;
  }
}

/** `undefined` for a file that was torn, removed, or put there under the name of another version. */
function readAnnouncement(path: string): AnnouncedVersion | undefined {
  try {
    const text = readPlainFile(path, LONGEST_BYTES).toString();
    const { data } = announcement.safeParse(JSON.parse(text));
    return data !== undefined && fileOf(data) === basename(path) ? data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}
