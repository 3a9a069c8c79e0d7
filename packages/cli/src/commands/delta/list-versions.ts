import { deltaHistory } from '@tidemark/delta-lineage';
import { renderJson } from '../../render/json.ts';
import { formatTime } from '../../render/quantities.ts';
import { styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import type { Terminal } from '../../terminal.ts';

/** Options of `tidemark delta versions`. */
export interface VersionsOptions {
  readonly json?: boolean;
  readonly limit?: number;
}

/** Lists the versions of a table. @throws the errors of `deltaHistory` */
export async function listVersions(
  table: string,
  { json, limit }: VersionsOptions,
  terminal: Terminal,
): Promise<void> {
  const versions = await deltaHistory(table, limit === undefined ? {} : { limit });
  if (json === true) {
    terminal.out(renderJson(versions));
    return;
  }
  const rows = versions.map(({ version, timestampMs, operation, engine }) => [
    String(version),
    formatTime(timestampMs),
    operation ?? '',
    engine ?? '',
  ]);
  terminal.out(
    renderTable(
      [
        { title: 'VERSION', align: 'right' },
        { title: 'COMMITTED' },
        { title: 'OPERATION', flexible: true },
        { title: 'BY', flexible: true },
      ],
      rows,
      { style: styleOf(terminal), width: terminal.width },
    ),
  );
}
