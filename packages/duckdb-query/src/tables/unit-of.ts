/** The units that the last word of a name tells, such as that of `duration_ms` or `system/disk_usage_megabytes`. */
const UNITS: Readonly<Record<string, string>> = {
  ms: 'ms',
  milliseconds: 'ms',
  seconds: 's',
  secs: 's',
  minutes: 'min',
  hours: 'h',
  bytes: 'bytes',
  megabytes: 'MB',
  gigabytes: 'GB',
  percentage: '%',
  percent: '%',
  watts: 'W',
  celsius: '°C',
};

/** Returns the unit of a column, a metric or a param, if its name tells one. */
export function unitOf(name: string): string | undefined {
  const last =
    name
      .toLowerCase()
      .split(/[^a-z]+/)
      .findLast((word) => word !== '') ?? '';
  return name.length > last.length && Object.hasOwn(UNITS, last) ? UNITS[last] : undefined;
}
