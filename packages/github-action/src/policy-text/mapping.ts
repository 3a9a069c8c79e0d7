import { z } from 'zod';

/** A mapping with these keys and no others. */
export function mapping<Shape extends z.ZodRawShape>(
  shape: Shape,
  otherwise?: string,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') {
        const unknown = (issue.keys as string[]).map((key) => JSON.stringify(key)).join(', ');
        return `unknown key ${unknown}; allowed here are ${Object.keys(shape).join(', ')}`;
      }
      return otherwise ?? `expected a mapping of ${Object.keys(shape).join(', ')}`;
    },
  });
}
