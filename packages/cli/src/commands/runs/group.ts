import type { CommandGroup } from '../../command-definition.ts';
import { STORE_TO_LOOK_INTO } from '../../store-options.ts';
import { compare } from './compare.ts';
import { deleteRuns } from './delete.ts';
import { list } from './list.ts';
import { restore } from './restore.ts';
import { show } from './show.ts';
import { tail } from './tail.ts';

/** `tidemark runs`. */
export const RUNS: CommandGroup = {
  name: 'runs',
  summary: 'List and search runs; show, compare, follow, delete and restore them.',
  options: [STORE_TO_LOOK_INTO],
  notes: '`tidemark runs` is `tidemark runs list`, and takes its options.',
  commands: [list, show, compare, tail, deleteRuns, restore],
};
