// @ts-check
import { constants, copyFileSync, existsSync } from "node:fs";

/**
 * Gives a fresh clone its settings; never touches settings that are there.
 * @param {URL} root
 */
export function createLocalSettings(root) {
  const sample = new URL("local.settings.sample.json", root);
  const settings = new URL("local.settings.json", root);
  if (existsSync(settings) || !existsSync(sample)) return;
  try {
    copyFileSync(sample, settings, constants.COPYFILE_EXCL);
    console.log("Created local.settings.json from local.settings.sample.json.");
  } catch (error) {
    // Somebody else created it in this very moment.
    if (!existsSync(settings)) throw error;
  }
}
