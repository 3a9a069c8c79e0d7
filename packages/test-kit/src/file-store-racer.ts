import { fileURLToPath } from 'node:url';
import { openFileStore } from '@tidemark/core/node';
import { race } from './racer.ts';

await race((uri) => openFileStore(fileURLToPath(uri)));
