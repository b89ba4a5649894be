/**
 * Unpacks the Chromium of @sparticuz/chromium once, below node_modules/.cache.
 *
 * The package (https://github.com/Sparticuz/chromium) was made for AWS Lambda: it unpacks into the temporary folder, takes
 * whatever half-written file stands there for finished, and brings its libraries only where it believes to be in Lambda.
 * So it runs in a process of its own, with a temporary folder of its own and the environment of Lambda, and the folder
 * gets its final name when all of it is there.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

/** Where the parts of the unpacked browser are. */
export interface UnpackedChromium {
  readonly executablePath: string;
  /** libnss3 and its like. */
  readonly librariesPath: string;
  /** A fontconfig file that adds Open Sans to the fonts of the machine, if it has any. */
  readonly fontsFile: string;
}

const nodeModules = resolve(import.meta.dirname, "../../node_modules");
const UNPACK = `const { default: chromium } = await import("@sparticuz/chromium"); await chromium.executablePath();`;

/** Unpacks the browser unless that was done before. */
export async function unpackChromium(): Promise<UnpackedChromium> {
  const manifest: unknown = JSON.parse(
    await readFile(join(nodeModules, "@sparticuz/chromium/package.json"), "utf8"),
  );
  const { version } = z.object({ version: z.string() }).parse(manifest);
  const folder = join(nodeModules, ".cache", `orderbell-chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder);
  return {
    executablePath: join(folder, "chromium"),
    librariesPath: join(folder, "al2023/lib"),
    fontsFile: join(folder, "fonts.conf"),
  };
}

async function unpackInto(folder: string): Promise<void> {
  await mkdir(join(folder, ".."), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-unfinished-`);
  try {
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", UNPACK], {
      cwd: join(nodeModules, ".."),
      env: { ...process.env, TMPDIR: unfinished, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
      timeout: 120_000,
    });
    await writeFile(join(unfinished, "fonts.conf"), fontsConf(folder));
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another test run was faster.
    if (!existsSync(folder)) throw error;
  }
}

function fontsConf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
}
