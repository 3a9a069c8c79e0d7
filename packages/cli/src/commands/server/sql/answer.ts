import { type CommandDefinition, option } from '../../../command-definition.ts';

/** `tidemark __sql`, which `tidemark server` starts to answer queries. */
export const answerSql: CommandDefinition = {
  name: '__sql',
  summary: '',
  isHidden: true,
  options: [
    option('-s, --store <address>', 'the store'),
    option('--memory <megabytes>', 'the memory of the process', Number),
    option('--threads <count>', 'the threads of DuckDB', Number),
  ],
  async action({ store, memory, threads }: { store?: string; memory: number; threads: number }) {
    const [{ answerQueries }, { parentChannel }] = await Promise.all([
      import('./answer-queries.ts'),
      import('./parent-channel.ts'),
    ]);
    const options = { memoryMb: memory, threads, ...(store === undefined ? {} : { store }) };
    await answerQueries(options, parentChannel());
  },
};
