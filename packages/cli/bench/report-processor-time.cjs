// Loaded before a measured program: says on descriptor 3 how much processor time it took, in microseconds.
const { writeSync } = require('node:fs');

process.on('exit', () => {
  const { system, user } = process.cpuUsage();
  writeSync(3, String(system + user));
});
