import { createHash } from 'node:crypto';
import { isTidemarkError } from '../../../errors.ts';
import type { ArtifactFile, ArtifactOwner } from '../../../model/artifact.ts';
import { modelOwner, runOwner } from '../../../model/artifact-owner.ts';
import { folderOfArtifact } from '../../../model/artifact-path.ts';
import type { Check, FindingDraft, Patient } from '../check.ts';

/** Finds recorded files that are missing or changed. With `deep` it compares their SHA-256. */
export const artifacts: Check = {
  name: 'artifacts',
  meaning: 'A recorded file is missing, or differs from its record.',
  async *find(patient) {
    for (const run of patient.runs) yield* examine(patient, runOwner(run), run.artifacts);
    for (const model of patient.loggedModels) {
      yield* examine(patient, modelOwner(model), model.artifacts);
    }
  },
};

async function* examine(
  patient: Patient,
  owner: ArtifactOwner,
  files: readonly ArtifactFile[],
): AsyncGenerator<FindingDraft> {
  for (const file of files) {
    if (file.uri !== undefined) continue;
    const content = contentOf(patient, owner, file);
    const problem =
      content === undefined
        ? 'the artifact that has its bytes no longer exists'
        : await problemOf(patient, content.owner, content.path, file);
    if (problem === undefined) continue;
    const id = owner.kind === 'run' ? owner.runId : owner.modelId;
    yield {
      severity: 'error',
      place: `${id}/${file.path}`,
      message: `The artifact ${JSON.stringify(file.path)} differs from its record: ${problem}. Restore it from a copy of the store, or purge it if you do not need it.`,
    };
  }
}

/** Returns the place of the bytes of a file: its own, or that of the artifact that it refers to. */
function contentOf(
  { runs, loggedModels }: Patient,
  owner: ArtifactOwner,
  { path, sameAs }: ArtifactFile,
): { owner: ArtifactOwner; path: string } | undefined {
  if (sameAs === undefined) return { owner, path };
  const { owner: other } = sameAs;
  if ('run' in other) {
    const run = runs.find(({ runId }) => runId === other.run);
    return run && { owner: runOwner(run), path: sameAs.path };
  }
  const model = loggedModels.find(({ modelId }) => modelId === other.model);
  return model && { owner: modelOwner(model), path: sameAs.path };
}

async function problemOf(
  { store, deep }: Patient,
  owner: ArtifactOwner,
  path: string,
  file: ArtifactFile,
): Promise<string | undefined> {
  try {
    const entries = await store.artifacts.list(owner, folderOfArtifact(path));
    const entry = entries.find((candidate) => candidate.path === path && !candidate.isFolder);
    if (entry === undefined) return 'its file is missing';
    if (entry.sizeBytes !== file.sizeBytes) {
      return `its file has ${entry.sizeBytes} bytes, and ${file.sizeBytes} were recorded`;
    }
    if (!deep) return undefined;
    const hash = createHash('sha256');
    for await (const piece of store.artifacts.read(owner, path)) hash.update(piece);
    return hash.digest('hex') === file.sha256
      ? undefined
      : 'its bytes do not have the recorded SHA-256';
  } catch (error) {
    if (!isTidemarkError(error)) throw error;
    return error.message;
  }
}
