import type { CsvCell, RegisteredModel } from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderCsv } from '../../render/csv-table.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatAge } from '../../render/quantities.ts';
import { styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import { type CsvOptions, csvFormOf, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';

/** Lists registered models. @throws STORE_NOT_FOUND */
export async function listModels(
  options: StoreOptions & CsvOptions,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const entries = await store.registry.list();
  if (options.json === true) {
    terminal.out(renderJson(entries.map(({ model, head }) => ({ ...model, head }))));
    return;
  }
  const csv = csvFormOf(options);
  if (csv !== undefined) {
    terminal.out(
      renderCsv(
        VERSION_COLUMNS,
        entries.flatMap(({ model }) => versionRows(model)),
        csv,
      ),
    );
    return;
  }
  if (entries.length === 0) {
    say(
      terminal,
      'No registered models yet. Register one with: tidemark models register runs:/<run id>/<model> <name>\n',
    );
    return;
  }
  const nowMs = Date.now();
  terminal.out(
    renderTable(
      [
        { title: 'MODEL', flexible: true },
        { title: 'VERSIONS', align: 'right' },
        { title: 'LATEST', align: 'right' },
        { title: 'ALIASES', flexible: true },
        { title: 'CHANGED' },
      ],
      entries.map(({ model }) => [
        model.name,
        String(model.versions.length),
        String(model.versions.at(-1)?.version ?? ''),
        model.versions
          .flatMap(({ version, aliases }) => aliases.map((alias) => `${alias}=${version}`))
          .join(' '),
        formatAge(model.lastUpdateTimeMs, nowMs),
      ]),
      { style: styleOf(terminal), width: terminal.width },
    ),
  );
}

const VERSION_COLUMNS = [
  'model',
  'version',
  'stage',
  'aliases',
  'status',
  'run_id',
  'source',
  'created_by',
  'creation_time',
  'artifacts_digest',
] as const;

/**
 * Returns one row for each version, so that a spreadsheet can sort and count them. A model without versions has one
 * row.
 */
function versionRows({ name, versions }: RegisteredModel): Record<string, CsvCell | undefined>[] {
  if (versions.length === 0) return [{ model: name }];
  return versions.map((version) => ({
    model: name,
    version: version.version,
    stage: version.stage,
    aliases: version.aliases.join(' '),
    status: version.status,
    run_id: version.runId,
    source: version.source,
    created_by: version.createdBy.name,
    creation_time: new Date(version.creationTimeMs).toISOString(),
    artifacts_digest: version.artifactsDigest,
  }));
}
