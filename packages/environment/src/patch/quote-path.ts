const NAMED: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

/**
 * A path in the form in which git writes it into a patch (git-config, `core.quotePath` on): unchanged, or in double
 * quotes with escapes when it has a quote, a backslash, a control character or a byte above 0x7f.
 */
export function quotePath(path: string): string {
  let quoted = '';
  let needsQuotes = false;
  for (const byte of Buffer.from(path, 'utf8')) {
    const named = NAMED[byte];
    const plain = named === undefined && byte >= 0x20 && byte < 0x7f;
    needsQuotes ||= !plain;
    quoted += plain
      ? String.fromCharCode(byte)
      : (named ?? `\\${byte.toString(8).padStart(3, '0')}`);
  }
  return needsQuotes ? `"${quoted}"` : path;
}
