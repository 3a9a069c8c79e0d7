import type { z } from 'zod';

/** Refuses a list with two items of the same name. */
export function eachOnce<Name extends string>(
  name: Name,
): (items: readonly Record<Name, string>[], context: z.RefinementCtx) => void {
  return (items, context) => {
    const seen = new Set<string>();
    for (const item of items) {
      if (seen.has(item[name])) context.addIssue(`has ${JSON.stringify(item[name])} twice`);
      seen.add(item[name]);
    }
  };
}
