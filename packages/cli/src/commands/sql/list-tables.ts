import {
  type KeyDescription,
  openQuery,
  RUNS_WIDE,
  TABLES,
  type TableDescription,
} from '@tidemark/duckdb-query';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import type { StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';

/** Lists the tables with their columns. */
export function listTables(options: { readonly json?: boolean }, terminal: Terminal): void {
  if (options.json === true) terminal.out(renderJson(TABLES));
  else printTables(TABLES, terminal);
}

/** Lists the tables, and the keys of metrics, params and tags that the runs of the store have. */
export async function listSchema(options: StoreOptions, terminal: Terminal): Promise<void> {
  const session = await openQuery({ store: await openExistingStore(options) });
  const schema = session.schema();
  await session.close();
  if (options.json === true) {
    terminal.out(renderJson(schema));
    return;
  }
  printTables(schema.tables, terminal);
  for (const kind of ['metric', 'param', 'tag'] as const) {
    const keys = schema.keys.filter((each) => each.kind === kind);
    if (keys.length > 0) printKeys(kind, keys, terminal);
  }
}

function printTables(tables: readonly TableDescription[], terminal: Terminal): void {
  const style = styleOf(terminal);
  for (const { name, description, columns } of tables) {
    say(terminal, `${style.heading(name)}  ${description}\n`);
    terminal.out(
      renderTable(
        [{ title: '  COLUMN' }, { title: 'TYPE' }, { title: '', wraps: true }],
        columns.map(({ name: column, type, unit, description: about }) => [
          `  ${column}`,
          unit === undefined ? type : `${type}, ${unit}`,
          about,
        ]),
        { style, width: terminal.width },
      ),
    );
    terminal.out('\n');
  }
  say(terminal, `${style.heading(RUNS_WIDE.name)}  ${RUNS_WIDE.description}\n`);
}

function printKeys(
  kind: KeyDescription['kind'],
  keys: readonly KeyDescription[],
  terminal: Terminal,
): void {
  const style = styleOf(terminal);
  terminal.out(`\n${style.heading(`keys of ${kind}s`)}\n`);
  terminal.out(
    renderTable(
      [
        { title: '  KEY', flexible: true },
        { title: 'TYPE' },
        { title: 'UNIT' },
        { title: 'RUNS', align: 'right' },
      ],
      keys.map(({ key, type, unit = '', runs }) => [`  ${key}`, type, unit, String(runs)]),
      { style, width: terminal.width },
    ),
  );
}
