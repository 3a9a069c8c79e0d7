import type { Argument } from 'commander';
import { argument } from '../../command-definition.ts';

/** The argument that says whose files are meant. */
export const OWNER: Argument = argument(
  '<of>',
  'a run (id, beginning of it, name, `latest`), a logged model m-…, or an address: runs:/<run>/<path>, models:/<name>/<version>, models:/<name>@<alias>',
);
