import type { CommandGroup } from '../../command-definition.ts';
import { STORE_TO_READ } from '../../store-options.ts';
import { aggregate } from './aggregate.ts';
import { compare } from './compare.ts';
import { deleteRuns } from './delete.ts';
import { leaderboard } from './leaderboard.ts';
import { list } from './list.ts';
import { restore } from './restore.ts';
import { show } from './show.ts';
import { tail } from './tail.ts';

/** `tidemark runs`. */
export const RUNS: CommandGroup = {
  name: 'runs',
  summary: 'List and search runs; show, compare, rank, follow, delete and restore them.',
  options: [STORE_TO_READ],
  notes: '`tidemark runs` is short for `tidemark runs list`.',
  commands: [list, show, compare, leaderboard, aggregate, tail, deleteRuns, restore],
};
