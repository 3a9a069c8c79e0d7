import { createReadStream } from 'node:fs';
import { openFileStore } from '../file/file-store.ts';
import type { ExperimentId } from '../model/ids.ts';
import { newRunId } from '../model/ids.ts';
import { peakMemoryKib } from './peak-memory.ts';

// A process that stores a large file and reads it back, and prints the most memory that it needed.
const [folder, source] = process.argv.slice(2) as [string, string];
const { artifacts } = openFileStore(folder);
const owner = { kind: 'run', experimentId: '0' as ExperimentId, runId: newRunId() } as const;
const file = await artifacts.write(owner, 'big.bin', createReadStream(source));
let readBytes = 0;
for await (const piece of artifacts.read(owner, 'big.bin')) readBytes += piece.length;
const maxRssBytes = peakMemoryKib() * 1024;
process.stdout.write(JSON.stringify({ ...file, readBytes, maxRssBytes }));
