import type { Argument } from 'commander';
import { argument } from '../../command-definition.ts';

/** The argument that names a run. */
export const RUN: Argument = argument(
  '<run>',
  "the run's id or its first characters, its name, or `latest`",
);
