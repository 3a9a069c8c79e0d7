/**
 * The code that you would write by hand instead of Tidemark: `node:sqlite`, WAL, synchronous NORMAL, prepared
 * statements, one transaction for each call. Runs only under Node 24; prints the microseconds for each.
 */
const [subject, file, count] = process.argv.slice(2) as ['points' | 'runs', string, string];

interface Statement {
  run(...values: (string | number)[]): unknown;
}

interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

// By a variable, for the types here are those of Node 20, which has no such module.
const sqlite = 'node:sqlite';
const { DatabaseSync } = (await import(sqlite)) as { DatabaseSync: new (path: string) => Database };
const database = new DatabaseSync(file);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
database.exec(`
  CREATE TABLE runs (id TEXT PRIMARY KEY, name TEXT, status TEXT, start INTEGER, end INTEGER);
  CREATE TABLE params (run TEXT, key TEXT, value TEXT, PRIMARY KEY (run, key));
  CREATE TABLE tags (run TEXT, key TEXT, value TEXT, PRIMARY KEY (run, key));
  CREATE TABLE metrics (run TEXT, key TEXT, value REAL, step INTEGER, time INTEGER);
  CREATE INDEX metrics_of_runs ON metrics (run, key);
`);
const addRun = database.prepare('INSERT INTO runs VALUES (?, ?, ?, ?, 0)');
const addParam = database.prepare('INSERT INTO params VALUES (?, ?, ?)');
const addTag = database.prepare('INSERT INTO tags VALUES (?, ?, ?)');
const addMetric = database.prepare('INSERT INTO metrics VALUES (?, ?, ?, ?, ?)');
const endRun = database.prepare('UPDATE runs SET status = ?, end = ? WHERE id = ?');

const startMs = performance.now();
for (let index = 0; index < Number(count); index += 1) {
  if (subject === 'points') addMetric.run('one', 'loss', 0.123456 + index, index, Date.now());
  else addSmallRun(index);
}
const microseconds = ((performance.now() - startMs) * 1000) / Number(count);
database.close();
process.stdout.write(String(microseconds));

function addSmallRun(index: number): void {
  const id = crypto.randomUUID();
  inTransaction(() => {
    addRun.run(id, `run ${index}`, 'RUNNING', index);
    for (let at = 0; at < 6; at += 1) addTag.run(id, `tag_${at}`, String(at));
  });
  inTransaction(() => {
    for (let at = 0; at < 8; at += 1) addParam.run(id, `param_${at}`, String(at));
  });
  inTransaction(() => {
    for (let at = 0; at < 6; at += 1) addMetric.run(id, `metric_${at}`, at / 7, 0, index);
  });
  endRun.run('FINISHED', index, id);
}

function inTransaction(act: () => void): void {
  database.exec('BEGIN');
  act();
  database.exec('COMMIT');
}

export {};
