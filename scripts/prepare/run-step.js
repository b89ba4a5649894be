// @ts-check
/** Runs one command of the set-up. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A step that failed for a reason the person at the keyboard can act on; `message` says it. */
export class StepError extends Error {}

/**
 * Resolves with everything the command printed, and rejects with it when the command fails.
 * @param {URL} root folder to run in
 * @param {string} command
 * @param {string[]} args
 * @param {{ shell?: boolean, advice?: string }} [options] `advice` ends the message of a failure
 * @returns {Promise<string>}
 */
export function runStep(root, command, args, { shell = false, advice = "" } = {}) {
  return new Promise((resolve, reject) => {
    let output = "";
    const child = spawn(command, args, {
      cwd: fileURLToPath(root),
      shell,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const collect = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    /** @param {string} outcome */
    const fail = (outcome) =>
      reject(
        new StepError(
          [output.trimEnd(), `${[command, ...args].join(" ")} ${outcome}.`, advice]
            .filter(Boolean)
            .join("\n"),
        ),
      );
    child.on("error", (error) => fail(`could not be started (${error.message})`));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else fail(signal ? `was ended by ${signal}` : `failed with exit code ${code}`);
    });
  });
}
