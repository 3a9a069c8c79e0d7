import type { Command } from 'commander';
import type { Terminal } from '../../terminal.ts';
import { type Candidate, type Completion, completeWords } from './complete-words.ts';

/** The most runs that are offered. */
const RUNS = 50;
/** Matches a text that a shell reads as one word without quotes. */
const ONE_WORD = /^[\w.@%+-]+$/;

/** Prints the words that the user could type next, a line for each: the word, a tab, its description. */
export async function printCompletion(
  program: Command,
  words: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const { candidates, names } = completeWords(program, words);
  const current = words.at(-1) ?? '';
  const named = names === undefined ? [] : await namesFromStore(names, storeIn(words), current);
  for (const { value, description } of [...candidates, ...named]) {
    terminal.out(`${value}\t${description}\n`);
  }
}

function storeIn(words: readonly string[]): string | undefined {
  const at = words.findLastIndex((word) => word === '-s' || word === '--store');
  if (at !== -1 && at < words.length - 1) return words[at + 1];
  return words.findLast((word) => word.startsWith('--store='))?.slice('--store='.length);
}

async function namesFromStore(
  names: NonNullable<Completion['names']>,
  store: string | undefined,
  current: string,
): Promise<Candidate[]> {
  const { isTidemarkError } = await import('@tidemark/core');
  try {
    const found = await readNames(names, store, current);
    return found.filter(({ value }) => value.startsWith(current) && ONE_WORD.test(value));
  } catch (error) {
    // The store does not exist or cannot be read. The command itself reports that.
    if (isTidemarkError(error)) return [];
    throw error;
  }
}

async function readNames(
  names: NonNullable<Completion['names']>,
  address: string | undefined,
  current: string,
): Promise<Candidate[]> {
  const [{ openExistingStore }, { searchRuns }] = await Promise.all([
    import('../../open.ts'),
    import('@tidemark/core'),
  ]);
  const store = await openExistingStore(address === undefined ? {} : { store: address });
  if (names === 'models') {
    const models = await store.registry.list();
    return models.map(({ model }) => ({ value: model.name, description: model.description }));
  }
  if (names === 'experiments') {
    const experiments = await store.experiments();
    return experiments.map(({ name, experimentId }) => ({
      value: name,
      description: experimentId,
    }));
  }
  const { runs } = await searchRuns(store, { maxResults: RUNS });
  const byName = runs.map(({ name, runId, status }) => ({
    value: name,
    description: `${status} ${runId.slice(0, 12)}`,
  }));
  const latest = { value: 'latest', description: 'the newest run that is not nested' };
  // Ids are offered only after their first character, because they would bury the names.
  const byId =
    current === '' ? [] : runs.map(({ runId, name }) => ({ value: runId, description: name }));
  return [latest, ...byName, ...byId];
}
