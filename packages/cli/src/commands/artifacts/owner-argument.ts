import type { Argument } from 'commander';
import { argument } from '../../command-definition.ts';

/** The argument that names a run, a logged model or an address. */
export const OWNER: Argument = argument(
  '<of>',
  'a run (id or its first characters, name, `latest`), a logged model m-…, or an address: runs:/<run>/<path>, models:/<name>/<version>, models:/<name>@<alias>',
);
