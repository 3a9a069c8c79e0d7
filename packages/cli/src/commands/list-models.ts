import { openExistingStore } from '../open.ts';
import { renderJson } from '../render/json.ts';
import { formatAge } from '../render/quantities.ts';
import { styleOf } from '../render/style.ts';
import { renderTable } from '../render/table.ts';
import type { Terminal } from '../terminal.ts';

/** Lists registered models. @throws STORE_NOT_FOUND */
export async function listModels(
  options: { readonly store?: string; readonly json?: boolean },
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const entries = await store.registry.list();
  if (options.json === true) {
    terminal.out(renderJson(entries.map(({ model, head }) => ({ ...model, head }))));
    return;
  }
  if (entries.length === 0) {
    terminal.out(
      'No registered models yet. Register one with registerModel() of @tidemark/client.\n',
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
