import type { ArtifactEntry } from '@tidemark/core';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { formatBytes } from '../../render/quantities.ts';
import { styleOf } from '../../render/style.ts';
import { renderTable } from '../../render/table.ts';
import type { Terminal } from '../../terminal.ts';
import { entriesOf, entryAt, filesBelow, findArtifactPlace } from './artifact-place.ts';

/** Options of `tidemark artifacts list`. */
export interface ListArtifactsOptions {
  readonly store?: string;
  readonly json?: boolean;
  readonly recursive?: boolean;
}

/** Lists files of a run or a model. @throws ARTIFACT_NOT_FOUND, and the errors of `findArtifactPlace` */
export async function listOwnArtifacts(
  of: string,
  path: string | undefined,
  options: ListArtifactsOptions,
  terminal: Terminal,
): Promise<void> {
  const store = await openExistingStore(options);
  const place = await findArtifactPlace(store, of, path);
  const entry = await entryAt(store, place);
  const entries: readonly ArtifactEntry[] = !entry.isFolder
    ? [entry]
    : options.recursive === true
      ? await filesBelow(store, place.owner, place.path)
      : await entriesOf(store, place.owner, place.path);
  const recorded = new Map(place.recorded.map((file) => [file.path, file]));
  if (options.json === true) {
    terminal.out(
      renderJson(
        entries.map((listed) => ({ ...listed, sha256: recorded.get(listed.path)?.sha256 })),
      ),
    );
    return;
  }
  if (entries.length === 0) {
    say(terminal, 'No files.\n');
    return;
  }
  terminal.out(
    renderTable(
      [{ title: 'PATH', flexible: true }, { title: 'SIZE', align: 'right' }, { title: 'SHA-256' }],
      entries.map((listed) => [
        listed.isFolder ? `${listed.path}/` : listed.path,
        listed.sizeBytes === undefined ? '' : formatBytes(listed.sizeBytes),
        listed.uri ?? recorded.get(listed.path)?.sha256.slice(0, 16) ?? '',
      ]),
      { style: styleOf(terminal), width: terminal.width },
    ),
  );
}
