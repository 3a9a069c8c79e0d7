import { quotePath } from './quote-path.ts';

const FILE_START = /^(?=diff --git |\* Unmerged path )/m;

/** The first line of a file's part of a patch, without its newline. */
export function diffHeader(path: string): string {
  return `diff --git ${quotePath(`a/${path}`)} ${quotePath(`b/${path}`)}`;
}

/**
 * Splits a patch of git by file: the parts of each file (two for one that became a link), by its first line. All other
 * lines of a patch begin differently, whatever the files contain. The last part of a truncated patch is incomplete and
 * is left out.
 */
export function splitPatch(patch: Buffer, isWhole: boolean): Map<string, string> {
  const parts = patch.toString('latin1').split(FILE_START);
  if (!isWhole) parts.pop();
  const files = new Map<string, string>();
  for (const part of parts) {
    if (!part.startsWith('diff --git ')) continue;
    const header = part.slice(0, part.indexOf('\n'));
    files.set(header, (files.get(header) ?? '') + part);
  }
  return files;
}

/** The part of a patch that creates a file; one character for each byte, as in `splitPatch`. */
export function newFileDiff(path: string, content: Buffer, isExecutable: boolean): string {
  const head = `${diffHeader(path)}\nnew file mode ${isExecutable ? '100755' : '100644'}\n`;
  if (content.length === 0) return head;
  const text = content.toString('latin1');
  const endsWithNewline = text.endsWith('\n');
  const lines = (endsWithNewline ? text.slice(0, -1) : text).split('\n');
  const name = quotePath(`b/${path}`);
  // As git does it: a tab marks the end of a name with spaces.
  const nameEnd = !name.startsWith('"') && name.includes(' ') ? '\t' : '';
  const body = `+${lines.join('\n+')}\n${endsWithNewline ? '' : '\\ No newline at end of file\n'}`;
  return `${head}--- /dev/null\n+++ ${name}${nameEnd}\n@@ -0,0 +1,${lines.length} @@\n${body}`;
}
