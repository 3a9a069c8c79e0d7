import type { CommandGroup } from '../../command-definition.ts';
import { importFromAddress } from './import.ts';
import { mlruns } from './mlruns.ts';

/** `tidemark import`, which is a command itself. */
export const IMPORT: CommandGroup = { ...importFromAddress, commands: [mlruns] };
