// @ts-check
/**
 * Records histories for the release gate with the code as it is now: `node scripts/record-histories.js 0.2.0`. Once for
 * each release, before it is deployed; docs/audit.md says why.
 */
import { startVitest } from "vitest/node";

const [version] = process.argv.slice(2);
if (version === undefined) {
  console.error("Which version is it? node scripts/record-histories.js <version>");
  process.exit(2);
}
process.env["RECORD_HISTORIES"] = version;
const vitest = await startVitest("test", [], {
  run: true,
  include: ["test/support/record-fixtures.ts"],
  globalSetup: [],
});
await vitest.close();
