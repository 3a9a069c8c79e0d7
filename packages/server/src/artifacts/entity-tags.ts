/**
 * Returns the status of a conditional request that is answered without content (RFC 9110, 13.2): 412 when
 * `If-Match` names another version, 304 when `If-None-Match` names the current one.
 * @param etag the strong tag of the current version; without one the content is always sent
 */
export function conditionalStatus(
  headers: {
    readonly 'if-match'?: string | undefined;
    readonly 'if-none-match'?: string | undefined;
  },
  etag: string | undefined,
): 304 | 412 | undefined {
  if (etag === undefined) return undefined;
  const { 'if-match': wanted, 'if-none-match': known } = headers;
  if (wanted !== undefined && !tagsOf(wanted).some((tag) => tag === '*' || tag === etag))
    return 412;
  // `If-None-Match` compares weakly: a weak tag matches the strong one.
  const isKnown =
    known !== undefined &&
    tagsOf(known).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
  return isKnown ? 304 : undefined;
}

function tagsOf(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"|\*/g) ?? [];
}
