import type { CommandGroup } from '../../command-definition.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { put } from './put.ts';

/** `tidemark artifacts`: the files of runs and models. */
export const ARTIFACTS: CommandGroup = {
  name: 'artifacts',
  summary: 'List, download and upload the files of runs and models.',
  notes: `Examples:
  tidemark artifacts list latest
  tidemark artifacts get latest plots -o ./plots
  tidemark artifacts get models:/penguins@champion -o ./model
  tidemark artifacts get latest error.txt -o - | less
  tidemark artifacts put latest ./report.html reports`,
  commands: [list, get, put],
};
