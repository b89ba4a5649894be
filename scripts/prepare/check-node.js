// @ts-check

const WANTED = [20, 19];

/**
 * Ends the program with a sentence when this Node.js is too old for the packages we use.
 * @param {string} version as in process.versions.node
 */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = WANTED;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(
    `OrderBell needs Node.js ${WANTED.join(".")} or newer, and this is ${version}. Install a current one from https://nodejs.org and try again.`,
  );
  process.exit(1);
}
