import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, type Workspace } from '../workspace/workspace.ts';
import { ERRORS_PAGE, errorsPageProblems } from './errors-page.ts';
import { mentionsOf } from './mentions.ts';

/** The pages that every reader meets first. Each must exist. */
const ROOT_PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'] as const;

const CHANGELOG = 'CHANGELOG.md';

/** A word that begins with one of these folders of the root is treated as a path of the repository. */
const FOLDERS = ['.ci', 'docs', 'examples', 'packages', 'tools'] as const;

/** The differences between the documentation and the repository, one line each. */
export function docsProblems(
  workspace: Workspace,
  errorCodes: Readonly<Record<string, string>>,
): string[] {
  const pages = [...ROOT_PAGES, ...filesBelow(workspace.root, 'docs', /\.md$/)];
  return [
    ...missingPages(workspace),
    ...errorsPageProblems(readPage(workspace, ERRORS_PAGE), errorCodes).map(
      (problem) => `${ERRORS_PAGE}  ${problem}`,
    ),
    ...pages.flatMap((page) => brokenMentions(workspace, page)),
    ...[...pages, CHANGELOG, ...packagePages(workspace)].flatMap((page) =>
      conflictMarkers(workspace, page),
    ),
  ];
}

/** Markers of merge conflicts in a page, which no compiler would notice. */
function conflictMarkers(workspace: Workspace, page: string): string[] {
  return readPage(workspace, page)
    .split('\n')
    .flatMap((text, index) =>
      /^(?:<{7}|>{7}) /.test(text)
        ? [`${page}:${index + 1}  has the marker of a merge conflict.`]
        : [],
    );
}

function packagePages({ members }: Workspace): string[] {
  return members.map((member) => `${member.folder}/README.md`);
}

function missingPages(workspace: Workspace): string[] {
  return [...ROOT_PAGES, ...packagePages(workspace)]
    .filter((page) => !existsSync(join(workspace.root, page)))
    .map((page) => `${page}  is missing.`);
}

function brokenMentions(workspace: Workspace, page: string): string[] {
  const { root, manifest } = workspace;
  return mentionsOf(readPage(workspace, page), page, FOLDERS)
    .filter(({ kind, name }) =>
      kind === 'path' ? !existsSync(join(root, name)) : !(name in manifest.scripts),
    )
    .map(({ kind, name, line }) =>
      kind === 'path'
        ? `${page}:${line}  mentions ${name}, which does not exist.`
        : `${page}:${line}  mentions the script ${name}, which package.json does not have.`,
    );
}

/** Returns an empty text for a missing page, which `missingPages` reports. */
function readPage({ root }: Workspace, page: string): string {
  return existsSync(join(root, page)) ? readFileSync(join(root, page), 'utf8') : '';
}
