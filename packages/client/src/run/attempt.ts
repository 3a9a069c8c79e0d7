/**
 * Starts a write. Errors before the write starts reject too. This is not an async function, because a second promise
 * would be a large part of the cost of a metric point.
 */
export function attempt(write: () => Promise<void>): Promise<void> {
  try {
    return write();
  } catch (error) {
    return Promise.reject(error);
  }
}
