import type { CommandGroup } from '../../command-definition.ts';
import { STORE_TO_READ } from '../../store-options.ts';
import { create } from './create.ts';
import { deleteByName } from './delete.ts';
import { list } from './list.ts';
import { rename } from './rename.ts';
import { restore } from './restore.ts';
import { show } from './show.ts';

/** `tidemark experiments`. */
export const EXPERIMENTS: CommandGroup = {
  name: 'experiments',
  summary: 'List experiments; show, create, rename, delete and restore them.',
  options: [STORE_TO_READ],
  commands: [list, show, create, rename, deleteByName, restore],
};
