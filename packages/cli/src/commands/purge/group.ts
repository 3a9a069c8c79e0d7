import type { CommandGroup } from '../../command-definition.ts';
import { artifact } from './artifact.ts';
import { experiment } from './experiment.ts';
import { metric } from './metric.ts';
import { model } from './model.ts';
import { param } from './param.ts';
import { run } from './run.ts';
import { tag } from './tag.ts';

/** `tidemark purge`. */
export const PURGE: CommandGroup = {
  name: 'purge',
  summary: 'Remove something permanently: a run, an experiment, or a secret that was logged.',
  notes: `Shows what would be gone; --yes does it. No copy of a log brings it back. The
bytes in the logs go with the next \`tidemark gc --yes\`.

Example:
  tidemark purge param latest api_key --yes --reason "logged by mistake"`,
  commands: [run, model, experiment, param, tag, metric, artifact],
};
