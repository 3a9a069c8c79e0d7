import { querySql } from '@tidemark/duckdb-query';

const { rows } = await querySql(
  "select key, count(*) as points from metrics where key = 'loss' group by key",
);
console.log(
  JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
);
