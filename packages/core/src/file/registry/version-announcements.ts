import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256Hex } from '../../digest/sha256.ts';
import type { LoggedModelId } from '../../model/ids.ts';
import type { AnnouncedVersion, VersionAnnouncements } from '../../port/version-announcements.ts';
import { writeDerived } from '../index/part-files.ts';
import { LAYOUT } from '../layout.ts';
import { namesIn } from '../system/names-in.ts';
import { errnoOf } from '../system/system-errors.ts';

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
    writeDerived(path, [Buffer.from(JSON.stringify({ name, version }))]);
  }

  async besides(
    modelId: LoggedModelId,
    known: readonly AnnouncedVersion[],
  ): Promise<readonly AnnouncedVersion[]> {
    const folder = this.#placeOf(modelId);
    // Opens only files of unknown versions, so that a model with many versions costs one listing of the folder.
    const seen = new Set(known.map(fileOf));
    const files = namesIn(folder).filter((file) => !file.startsWith('.') && !seen.has(file));
    return files.flatMap((file) => read(join(folder, file)) ?? []);
  }

  #placeOf(modelId: LoggedModelId): string {
    return join(this.#folder, LAYOUT.announcements, modelId);
  }
}

function fileOf({ name, version }: AnnouncedVersion): string {
  return sha256Hex(JSON.stringify([name, Number(version)])).slice(0, 32);
}

/** `undefined` for a file that was torn or removed. */
function read(path: string): AnnouncedVersion | undefined {
  try {
    return announcement.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}
