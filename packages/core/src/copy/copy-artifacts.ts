import { readArtifact } from '../artifacts/read-artifact.ts';
import { isTidemarkError } from '../errors.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import type { Store } from '../port/store.ts';
import type { CopyContext } from './copy-context.ts';

/** The owner of the artifacts in the source and in the target, and their records in both. */
export interface ArtifactsToCopy {
  readonly place: string;
  readonly source: ArtifactOwner;
  readonly target: ArtifactOwner;
  readonly recordedInSource: readonly ArtifactFile[];
  readonly recordedInTarget: readonly ArtifactFile[];
}

/**
 * Streams the files that the target lacks, and returns the events that record them there. Reports a file that cannot
 * be read, and copies the others.
 */
export async function copyArtifacts(
  context: CopyContext,
  artifacts: ArtifactsToCopy,
): Promise<StoreEvent[]> {
  const { from, to, report } = context;
  const { place, source, target } = artifacts;
  const events: StoreEvent[] = [];
  const isThere = await presence(context, artifacts);
  for (const file of await filesOf(from, artifacts, report.problems)) {
    if (isThere(file)) continue;
    if (file.uri !== undefined) {
      if (to.capabilities.artifactReferences) events.push(recorded(target, file as ArtifactFile));
      else {
        report.problems.push({
          severity: 'left-out',
          place,
          message: `The artifact ${JSON.stringify(file.path)} only refers to ${file.uri}, and ${to.uri} keeps no references.`,
        });
      }
      continue;
    }
    report.copied.artifacts += 1;
    report.copied.artifactBytes += file.sizeBytes;
    if (report.dryRun) continue;
    try {
      const content = readArtifact(from, source, file.path);
      const written = await to.artifacts.write(target, file.path, content);
      events.push(recorded(target, written));
      if (file.sha256 !== undefined && file.sha256 !== written.sha256) {
        report.problems.push({
          severity: 'note',
          place,
          message: `The artifact ${JSON.stringify(file.path)} differs from its record, because another program changed it. It was copied as it is.`,
        });
      }
    } catch (error) {
      const isOfTheFile =
        isTidemarkError(error) &&
        /^(ARTIFACT_|DIGEST_MISMATCH|SERVER_FAILED|INVALID_ARGUMENT)/.test(error.code);
      if (!isOfTheFile) throw error;
      report.copied.artifacts -= 1;
      report.copied.artifactBytes -= file.sizeBytes;
      report.problems.push({
        severity: 'left-out',
        place,
        message: `The artifact ${JSON.stringify(file.path)} was not copied: ${error.message}`,
      });
    }
  }
  return events;
}

type SourceFile = Omit<ArtifactFile, 'sha256'> & { readonly sha256?: string };

/** Returns the recorded files; if a store records no files, the listed ones. */
async function filesOf(
  from: Store,
  { source, recordedInSource, place }: ArtifactsToCopy,
  problems: CopyContext['report']['problems'],
): Promise<readonly SourceFile[]> {
  if (from.capabilities.artifactDigests) return recordedInSource;
  try {
    return await listAll(from, source);
  } catch (error) {
    if (!isTidemarkError(error, 'ARTIFACT_ELSEWHERE')) throw error;
    problems.push({ severity: 'left-out', place, message: error.message });
    return [];
  }
}

/** Returns a test whether the target has a file: by its digest or, if the target records no digests, by its size. */
async function presence(
  { to, report }: CopyContext,
  { target, recordedInTarget }: ArtifactsToCopy,
): Promise<(file: SourceFile) => boolean> {
  const known = new Map(recordedInTarget.map((file) => [file.path, file]));
  if (report.dryRun && known.size === 0) return () => false;
  if (to.capabilities.artifactDigests) {
    return ({ path, sizeBytes, sha256 }) => {
      const file = known.get(path);
      return sha256 === undefined ? file?.sizeBytes === sizeBytes : file?.sha256 === sha256;
    };
  }
  const sizes = new Map((await listAll(to, target)).map((file) => [file.path, file.sizeBytes]));
  return ({ path, sizeBytes }) => sizes.get(path) === sizeBytes;
}

async function listAll(store: Store, owner: ArtifactOwner, folder?: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const { path, isFolder, sizeBytes = 0 } of await store.artifacts.list(owner, folder)) {
    if (isFolder) files.push(...(await listAll(store, owner, path)));
    else files.push({ path, sizeBytes });
  }
  return files;
}

function recorded(owner: ArtifactOwner, file: ArtifactFile): StoreEvent {
  return {
    kind: 'artifact',
    owner: owner.kind === 'run' ? { run: owner.runId } : { model: owner.modelId },
    file,
  };
}
