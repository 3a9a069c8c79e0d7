import { benchFold } from './fold.bench.ts';
import { benchPoints } from './points.bench.ts';
import { benchRaces } from './race.bench.ts';
import { benchHistory, benchManyLogs, benchSearch } from './read.bench.ts';
import { benchRegistry } from './registry.bench.ts';
import { benchRuns } from './runs.bench.ts';
import { benchWriting } from './write.bench.ts';

/** Measures the file store. Name subjects to measure only these. */
const SUBJECTS: Readonly<Record<string, () => Promise<void>>> = {
  write: benchWriting,
  runs: benchRuns,
  fold: benchFold,
  search: benchSearch,
  'many-logs': benchManyLogs,
  history: benchHistory,
  points: benchPoints,
  registry: benchRegistry,
  race: benchRaces,
};

const named = process.argv.slice(2);
for (const [name, bench] of Object.entries(SUBJECTS)) {
  if (named.length === 0 || named.includes(name)) await bench();
}
