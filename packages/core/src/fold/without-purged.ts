import type { PurgedContent } from '../events/purged-content.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { Run } from '../model/run.ts';

/** Returns a run without the parts that were purged. Its name stays. */
export function runWithout(run: Run, purged: PurgedContent): Run {
  return {
    ...run,
    params: purged.keep('param', run.params),
    paramConflicts: run.paramConflicts.filter(({ key }) => !purged.has('param', key)),
    tags: purged.keep('tag', run.tags),
    metrics: purged.keep('metric', run.metrics),
    artifacts: run.artifacts.filter(({ path }) => !purged.has('artifact', path)),
  };
}

/** Returns a logged model without the parts that were purged. */
export function modelWithout(model: LoggedModel, purged: PurgedContent): LoggedModel {
  return {
    ...model,
    params: purged.keep('param', model.params),
    tags: purged.keep('tag', model.tags),
    artifacts: model.artifacts.filter(({ path }) => !purged.has('artifact', path)),
  };
}
