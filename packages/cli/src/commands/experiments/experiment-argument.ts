import type { Argument } from 'commander';
import { argument } from '../../command-definition.ts';

/** The argument that names an experiment. */
export const EXPERIMENT: Argument = argument('<experiment>', 'the name or id of the experiment');
