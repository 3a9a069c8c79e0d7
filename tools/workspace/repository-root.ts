import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of this repository's root folder, for any current folder. */
export const REPOSITORY_ROOT: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
