/**
 * Returns milliseconds that never go back or jump, as a time since 1970 that was right when the process started. Use
 * it for what lasts a certain time within this process: corrections of the machine's clock do not change how long.
 */
export function steadyNowMs(): number {
  return performance.timeOrigin + performance.now();
}
