import { posix } from 'node:path';

/** Something that must exist because a page mentions it. */
export interface Mention {
  /** A path relative to the root, with `/`, or the name of a script of the root package.json. */
  readonly kind: 'path' | 'script';
  readonly name: string;
  /** 1-based. */
  readonly line: number;
}

/** npm's own commands that run a script. */
const SCRIPT_SHORTHANDS: ReadonlySet<string> = new Set(['test', 'start']);

/**
 * The paths and npm scripts that the Markdown text at `page` (relative to the root) mentions: words
 * that begin with one of the `folders`, targets of relative links, `npm run x` and `npm test`.
 * Words with a placeholder (`<name>`, `…`) or a pattern are cut off after the folder before it.
 */
export function mentionsOf(text: string, page: string, folders: readonly string[]): Mention[] {
  const anyFolder = folders.map((folder) => folder.replaceAll('.', '\\.')).join('|');
  const path = new RegExp(`(?<![\\w./@-]|\\]\\()(?:\\./)?(?:${anyFolder})/[\\w.@*{}<>…/-]*`, 'g');
  return text.split('\n').flatMap((line, index) => {
    const found = [
      ...[...line.matchAll(path)].map((match) => pathMention(match[0])),
      ...[...line.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => linkMention(match[1] ?? '', page)),
      ...[...line.matchAll(/\bnpm (run )?([a-z][\w-]*(?::[\w-]+)*)/g)].map((match) =>
        scriptMention(match[1] !== undefined, match[2] ?? ''),
      ),
    ];
    return found.flatMap((mention) =>
      mention === undefined ? [] : [{ ...mention, line: index + 1 }],
    );
  });
}

type Found = Omit<Mention, 'line'> | undefined;

function pathMention(word: string): Found {
  const known: string[] = [];
  for (const part of word.replace(/[.,:;]+$/, '').split('/')) {
    if (/[*{}<>…]/.test(part)) break;
    known.push(part);
  }
  return { kind: 'path', name: posix.normalize(known.join('/')).replace(/\/$/, '') };
}

function linkMention(target: string, page: string): Found {
  const path = target.split('#')[0] ?? '';
  if (path === '' || /^[a-z]+:/.test(path)) return undefined;
  return { kind: 'path', name: posix.join(posix.dirname(page), path).replace(/\/$/, '') };
}

function scriptMention(run: boolean, name: string): Found {
  return run || SCRIPT_SHORTHANDS.has(name) ? { kind: 'script', name } : undefined;
}
