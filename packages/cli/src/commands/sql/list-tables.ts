import { RUNS_WIDE, TABLES } from '@tidemark/duckdb-query';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import type { Terminal } from '../../terminal.ts';

/** Lists the tables with their columns. */
export function listTables(options: { readonly json?: boolean }, terminal: Terminal): void {
  if (options.json === true) {
    terminal.out(renderJson(TABLES));
    return;
  }
  const style = styleOf(terminal);
  for (const { name, description, columns } of TABLES) {
    say(terminal, `${style.heading(name)}  ${description}\n`);
    terminal.out(
      renderTable(
        [{ title: '  COLUMN' }, { title: 'TYPE' }, { title: '', wraps: true }],
        columns.map((column) => [`  ${column.name}`, column.type, column.description]),
        { style, width: terminal.width },
      ),
    );
    terminal.out('\n');
  }
  say(terminal, `${style.heading(RUNS_WIDE.name)}  ${RUNS_WIDE.description}\n`);
}
