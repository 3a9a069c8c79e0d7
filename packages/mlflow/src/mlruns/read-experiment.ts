import { assertExperimentName, type ExperimentId, parseExperimentId } from '@tidemark/core';
import { z } from 'zod';
import type { MlrunsFiles } from './mlruns-files.ts';
import type { MlrunsProblem, PlannedExperiment } from './mlruns-plan.ts';
import { below, metaText, metaTime, readKeyFiles, readMeta } from './read-files.ts';
import { Unreadable } from './unreadable.ts';

const meta = z.object({
  experiment_id: metaText,
  name: metaText,
  lifecycle_stage: z.enum(['active', 'deleted']).nullish(),
  creation_time: metaTime.nullish(),
  last_update_time: metaTime.nullish(),
});

/** Reads `<exp>/meta.yaml` and `<exp>/tags`. Throws `Unreadable`. */
export async function readExperiment(
  files: MlrunsFiles,
  place: string,
  folder: string,
  problems: MlrunsProblem[],
): Promise<PlannedExperiment> {
  const facts = await readMeta(files, place, meta);
  if (facts.experiment_id !== folder) {
    throw new Unreadable(place, `Its meta.yaml belongs to the experiment ${facts.experiment_id}.`);
  }
  assertExperimentName(facts.name);
  const experimentId: ExperimentId = parseExperimentId(folder);
  const creationTimeMs = facts.creation_time ?? 0;
  return {
    place,
    experimentId,
    name: facts.name,
    stage: place.startsWith('.trash/') ? 'deleted' : (facts.lifecycle_stage ?? 'active'),
    creationTimeMs,
    lastUpdateTimeMs: facts.last_update_time ?? creationTimeMs,
    tags: Object.fromEntries(await readKeyFiles(files, below(place, 'tags'), 'tag', problems)),
  };
}
