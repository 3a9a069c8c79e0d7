/** Sorts by the values of the param: by size if all are numbers, otherwise as texts; runs without the param last. */
export function inOrderOfParam<Group extends { readonly paramValue: string | null }>(
  groups: readonly Group[],
): Group[] {
  const isNumeric = groups.every(({ paramValue }) => paramValue === null || isNumber(paramValue));
  return groups.toSorted(({ paramValue: a }, { paramValue: b }) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    if (isNumeric && Number(a) !== Number(b)) return Number(a) - Number(b);
    return a === b ? 0 : a < b ? -1 : 1;
  });
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && !Number.isNaN(Number(text));
}
