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
  summary: 'Remove something permanently: a run, an experiment, or a logged secret.',
  notes: `Without --yes it only shows what would be removed. With it every reader stops
seeing it at once, and the next \`tidemark gc --yes\` removes the bytes from the logs.

Example:
  tidemark purge param latest api_key --yes --reason "logged by mistake"`,
  commands: [run, model, experiment, param, tag, metric, artifact],
};
