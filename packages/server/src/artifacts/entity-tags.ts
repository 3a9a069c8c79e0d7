/**
 * The status that answers a conditional request instead of the content (RFC 9110, 13.2): 412 when
 * `If-Match` names another version than the one that is there, 304 when `If-None-Match` names that one.
 * @param etag the strong tag of what is there; without one nothing is known and the content is sent
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
  // A weak tag says the same as a strong one where only "is it still this?" is asked.
  const isKnown =
    known !== undefined &&
    tagsOf(known).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);
  return isKnown ? 304 : undefined;
}

function tagsOf(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"|\*/g) ?? [];
}
