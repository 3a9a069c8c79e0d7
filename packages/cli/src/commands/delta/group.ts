import type { CommandGroup } from '../../command-definition.ts';
import { preview } from './preview.ts';
import { show } from './show.ts';
import { versions } from './versions.ts';

/** `tidemark delta`: tables that runs read and wrote. */
export const DELTA: CommandGroup = {
  name: 'delta',
  summary: 'Show Delta tables: versions, schema, rows.',
  notes: `Examples:
  tidemark delta versions ./penguins
  tidemark delta show ./penguins --at 3
  tidemark delta preview ./penguins --at 2026-11-01T12:00Z --columns species`,
  commands: [versions, show, preview],
};
