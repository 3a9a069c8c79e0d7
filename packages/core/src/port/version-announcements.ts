import type { LoggedModelId } from '../model/ids.ts';

/** A version of a registered model, by name and number. */
export interface AnnouncedVersion {
  readonly name: string;
  readonly version: number;
}

/**
 * The versions that were registered from each logged model and that its tag must list. A process adds its version
 * before it writes the tag, and looks for the others after it wrote the tag. So of two processes that write the tag at
 * the same time, the later one sees the version of the other.
 */
export interface VersionAnnouncements {
  add(modelId: LoggedModelId, version: AnnouncedVersion): Promise<void>;
  /** Returns the versions of a logged model that are not among the known ones, in no order. */
  besides(
    modelId: LoggedModelId,
    known: readonly AnnouncedVersion[],
  ): Promise<readonly AnnouncedVersion[]>;
}
