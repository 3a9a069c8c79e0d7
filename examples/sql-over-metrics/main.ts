import { openStore } from '@tidemark/client';
import { openQuery } from '@tidemark/duckdb-query';
import { QUESTIONS } from './questions.ts';
import { sweep } from './sweep.ts';

const store = await openStore();
await sweep(store);

const session = await openQuery({ store });
for (const [question, sql] of Object.entries(QUESTIONS)) {
  const { rows } = await session.query(sql);
  console.log(`\n${question}`);
  console.table(rows);
}
await session.close();
