import { isTidemarkError } from '@tidemark/core';
import { z } from 'zod';

/** Text that passes one of core's checks. The message of the check is the problem. */
export function checkedText(check: (text: string) => void): z.ZodString {
  return z.string().superRefine((text, context) => {
    try {
      check(text);
    } catch (error) {
      if (!isTidemarkError(error)) throw error;
      context.addIssue(error.message);
    }
  });
}
