import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { tidemark, tidemarkIn } from '../../testing/tidemark.ts';

async function storeWithRuns(): Promise<string> {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  for (const [name, lr] of Object.entries({ first: 0.1, second: 0.2 })) {
    await startRun({ store, environment: false, name }, async (run) => {
      await run.logParams({ lr });
      for (let step = 0; step < 3; step += 1)
        await run.logMetrics({ loss: lr / (step + 1) }, { step });
      await run.logMetric('odd', Number.NaN);
    });
  }
  return folder;
}

const BEST = `
  SELECT r.name, count(*) AS points, min(m.value) AS best
  FROM runs r JOIN metrics m USING (run_id) WHERE m.key = 'loss' GROUP BY ALL ORDER BY best`;

/** Values that need care in JSON, in CSV and on a terminal. */
const AWKWARD = `
  SELECT 9007199254740993 AS big, 'nan'::DOUBLE AS nan, NULL AS none, '' AS empty,
    'a "b",' || chr(27) || '[2J' AS text, [1, NULL] AS list, '\\x01'::BLOB AS bytes,
    TIMESTAMPTZ '2026-11-23 16:04:11.123456Z' AS moment`;

describe('tidemark sql', () => {
  it('shows people a table with aligned numbers and the number of rows', async () => {
    const { code, out } = await tidemark('sql', BEST, '--store', await storeWithRuns());
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'name    points                 best',
      expect.stringMatching(/^first {8}3 +0\.0333/),
      expect.stringMatching(/^second {7}3 +0\.0666/),
      '2 rows',
      '',
    ]);
  });

  it('shows the first 50 rows of many, and says so', async () => {
    const folder = await storeWithRuns();
    const { out } = await tidemark('sql', 'FROM range(1000)', '-s', folder);
    expect(out.split('\n')).toHaveLength(53);
    expect(out).toContain('… the first 50 of 1000 rows (--limit 1000 for all)');
    const limited = await tidemark('sql', 'FROM range(1000)', '-n', '2', '--json', '-s', folder);
    expect(JSON.parse(limited.out)).toEqual([{ range: 0 }, { range: 1 }]);
  });

  it('prints exact JSON for programs', async () => {
    const { out } = await tidemark('sql', AWKWARD, '--json', '-s', await storeWithRuns());
    expect(JSON.parse(out)).toEqual([
      {
        big: '9007199254740993',
        nan: 'NaN',
        none: null,
        empty: '',
        text: 'a "b",\u001b[2J',
        list: [1, null],
        bytes: 'AQ==',
        moment: '2026-11-23T16:04:11.123456Z',
      },
    ]);
  });

  it('prints CSV for programs, in which NULL is not the empty text', async () => {
    const { out } = await tidemark('sql', AWKWARD, '--csv', '-s', await storeWithRuns());
    expect(out).toBe(
      'big,nan,none,empty,text,list,bytes,moment\n' +
        '9007199254740993,NaN,,"","a ""b"",\u001b[2J","[1,null]",AQ==,2026-11-23T16:04:11.123456Z\n',
    );
  });

  it('writes every format to a file, whose extension tells it', async () => {
    const folder = await storeWithRuns();
    const out = temporaryFolder();
    const written = async (name: string, ...options: string[]): Promise<Buffer> => {
      const file = join(out, name);
      const sql = 'SELECT name FROM runs ORDER BY name';
      const { code, out: printed } = await tidemark(
        'sql',
        sql,
        '-o',
        file,
        '-s',
        folder,
        ...options,
      );
      expect([code, printed]).toEqual([0, '']);
      return readFileSync(file);
    };
    expect(JSON.parse((await written('x.json')).toString())).toEqual([
      { name: 'first' },
      { name: 'second' },
    ]);
    expect((await written('x.jsonl')).toString()).toBe('{"name":"first"}\n{"name":"second"}\n');
    expect((await written('x.CSV', '-n', '1')).toString()).toBe('name\nfirst\n');
    expect((await written('x.md')).toString()).toContain('| first |');
    expect((await written('x.parquet')).subarray(0, 4).toString()).toBe('PAR1');
    expect(tableFromIPC(await written('x.arrow')).numRows).toBe(2);
    expect((await written('x.txt', '--format', 'csv-raw')).toString()).toBe(
      'name\nfirst\nsecond\n',
    );
    const unknown = await tidemark('sql', 'FROM runs', '-o', join(out, 'y.txt'), '-s', folder);
    expect([unknown.code, unknown.error]).toEqual([1, expect.stringContaining('--format')]);
    expect(readdirSync(out).sort()).toEqual([
      ...['x.CSV', 'x.arrow', 'x.json', 'x.jsonl', 'x.md', 'x.parquet', 'x.txt'],
    ]);
  });

  it('leaves a file as it was if the query fails or the disk is full', async (ctx) => {
    const folder = await storeWithRuns();
    const out = temporaryFolder();
    const file = join(out, 'kept.csv');
    writeFileSync(file, 'kept');
    const failing = await tidemark('sql', 'SELECT nosuch', '-o', file, '-s', folder);
    expect(failing.error).toContain('[SQL_INVALID]');
    const nowhere = await tidemark(
      'sql',
      'FROM runs',
      '-o',
      join(out, 'no', 'x.csv'),
      '-s',
      folder,
    );
    expect(nowhere.error).toContain('[WRITE_FAILED]');
    expect([readdirSync(out), readFileSync(file, 'utf8')]).toEqual([['kept.csv'], 'kept']);
    if (process.platform !== 'linux') return ctx.skip('(needs a limit of files by ulimit)');
    // As on a full disk, the write fails in the middle of the file.
    const main = await bundleScript(new URL('../../testing/run-tidemark.ts', import.meta.url));
    const { status, stderr } = spawnSync(
      'sh',
      [
        ...['-c', 'trap "" XFSZ; ulimit -f 64; exec "$@"', 'sh', process.execPath, main],
        ...['sql', 'FROM range(100000)', '-o', file, '-s', folder],
      ],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining('[WRITE_FAILED]')]);
    expect([readdirSync(out), readFileSync(file, 'utf8')]).toEqual([['kept.csv'], 'kept']);
  });

  it('prints bytes to a pipe, and not to a terminal', async () => {
    const folder = await storeWithRuns();
    const { code, error } = await tidemarkIn(80, 'sql', 'FROM runs', '-f', 'parquet', '-s', folder);
    expect([code, error]).toEqual([1, expect.stringContaining('--output')]);
    const piped = await tidemark('sql', 'FROM runs', '-f', 'parquet', '-s', folder);
    expect(piped.out.slice(0, 4)).toBe('PAR1');
  });

  it('never lets a value move the cursor', async () => {
    const { out } = await tidemark('sql', AWKWARD, '-s', await storeWithRuns());
    expect(out).toContain('2026-11-23 16:04:11.123456Z');
    expect(out).not.toContain('\u001b');
  });

  it('lists the tables, without a store', async () => {
    const { code, out } = await tidemark('sql', '--tables');
    expect(code).toBe(0);
    expect(out).toMatch(/^metrics {2}Every metric point/m);
    expect(out).toMatch(/^ {2}start_time +TIMESTAMP WITH TIME ZONE/m);
    const { out: json } = await tidemark('sql', '--tables', '--json');
    expect(JSON.parse(json)).toContainEqual(expect.objectContaining({ name: 'runs' }));
  });

  it('says what is wrong with a query and where, and how to continue', async () => {
    const folder = await storeWithRuns();
    const mistake = await tidemark('sql', 'SELECT nosuch\nFROM runs', '-s', folder);
    expect(mistake.code).toBe(1);
    expect(mistake.error).toContain('LINE 1: SELECT nosuch\n               ^\n');
    expect(mistake.error).toContain('SHOW TABLES lists the tables');
    expect(mistake.error).toContain('[SQL_INVALID]');
    const other = await tidemark('sql', 'DROP TABLE runs', '-s', folder);
    expect([other.code, other.error]).toEqual([1, expect.stringContaining('[SQL_FORBIDDEN]')]);
    const none = await tidemark('sql', 'FROM runs', '-s', join(folder, 'none'));
    expect(none.error).toContain('[STORE_NOT_FOUND]');
  });

  it.each([
    [['sql']],
    [['sql', 'FROM runs', '--csv', '--json']],
    [['sql', 'FROM runs', '--csv', '--format', 'json']],
    [['sql', 'FROM runs', '--format', 'xlsx']],
    [['sql', 'x', '-n', '0']],
  ])('exits with 2 when its syntax is wrong: %j', async (argv) => {
    expect((await tidemark(...argv)).code).toBe(2);
  });
});

describe('the process of tidemark sql', () => {
  const command = async (
    folder: string,
    ...argv: string[]
  ): Promise<[string, string[], object]> => [
    process.execPath,
    [
      await bundleScript(new URL('../../testing/run-tidemark.ts', import.meta.url)),
      ...['sql', ...argv],
    ],
    {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', TIDEMARK_TRACKING_URI: folder },
    },
  ];

  it('reads the query from standard input, and ends by itself', async () => {
    const [file, args, options] = await command(await storeWithRuns(), '-', '--csv');
    const { stdout, stderr, status } = spawnSync(file, args, { ...options, input: BEST });
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toMatch(/^name,points,best\nfirst,3,0\.03/);
  });

  it('ends by SIGINT at once when it is interrupted', async () => {
    const endless = 'SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(10000000) b';
    const [file, args, options] = await command(
      await storeWithRuns(),
      `${endless} WHERE (SELECT count(*) FROM metrics) > 0`,
    );
    const child = spawn(file, args, options);
    const exited = once(child, 'exit');
    // Until the query runs, an interrupt ends the process by itself. Either way it has to end.
    for (let tries = 0; tries < 3; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      if (child.exitCode === null && child.signalCode === null && tries > 0) child.kill('SIGINT');
    }
    expect(await exited).toEqual([null, 'SIGINT']);
  });

  it.each(['csv', 'parquet'])(
    'that is asked to end leaves no part of a %s file',
    async (format) => {
      const out = temporaryFolder();
      const file = join(out, `big.${format}`);
      const sql = 'SELECT range, md5(range::VARCHAR) AS text FROM range(3000000)';
      const [program, args, options] = await command(await storeWithRuns(), sql, '-o', file);
      const child = spawn(program, args, options);
      const exited = once(child, 'exit');
      // The partial file shows that the result is being written.
      await expect.poll(() => readdirSync(out).length, { timeout: 600_000 }).toBe(1);
      child.kill('SIGTERM');
      expect(await exited).toEqual([null, 'SIGTERM']);
      expect(readdirSync(out)).toEqual([]);
    },
  );

  it('says that there is no room for a Parquet file, and leaves none', async (ctx) => {
    if (process.platform !== 'linux') return ctx.skip('(needs a limit of files by ulimit)');
    const out = temporaryFolder();
    const sql = 'SELECT md5(range::VARCHAR) AS text FROM range(100000)';
    const [program, args, options] = await command(await storeWithRuns(), sql);
    const { status, stderr } = spawnSync(
      'sh',
      [
        ...['-c', 'trap "" XFSZ; ulimit -f 64; exec "$@"', 'sh', program, ...args],
        ...['-o', join(out, 'x.parquet')],
      ],
      { ...options, encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining('[WRITE_FAILED]')]);
    expect(readdirSync(out)).toEqual([]);
  });
});
