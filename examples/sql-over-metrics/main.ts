import { openStore } from '@tidemark/client';
import { aggregateBy, leaderboard, openQuery } from '@tidemark/duckdb-query';
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

// The usual questions need no SQL.
console.log('\nThe best three');
const best = await leaderboard(session, { metric: 'loss', limit: 3 });
console.table(best.map(({ rank, name, value }) => ({ rank, name, value })));
console.log('\nThe final loss by learning rate');
const byRate = await aggregateBy(session, { param: 'lr', metric: 'loss' });
console.table(
  byRate.map(({ paramValue: lr, mean, low, high, count }) => ({ lr, mean, low, high, count })),
);
await session.close();
