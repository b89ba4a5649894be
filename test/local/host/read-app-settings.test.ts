import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readAppSettings } from "../../../local/host/read-app-settings.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "app-settings-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(text: string): Promise<Record<string, string>> {
  await writeFile(join(folder, "local.settings.json"), text);
  return readAppSettings(folder);
}

it("reads the values", async () => {
  expect(await read('{"IsEncrypted":false,"Values":{"A":"1","B:C":""},"Host":{}}')).toEqual({
    A: "1",
    "B:C": "",
  });
});

it("takes a missing file for no settings", async () => {
  expect(await readAppSettings(folder)).toEqual({});
});

it("says which file it cannot read", async () => {
  await mkdir(join(folder, "local.settings.json"));
  await expect(readAppSettings(folder)).rejects.toThrow(/local\.settings\.json/);
});

it("refuses encrypted settings", async () => {
  await expect(read('{"IsEncrypted":true,"Values":{}}')).rejects.toThrow(/encrypted/);
});

it("names a setting that is not text, never its value", async () => {
  const failure = read('{"Values":{"SECRET_PIN":123456}}');
  await expect(failure).rejects.toThrow(/SECRET_PIN/);
  await expect(failure).rejects.not.toThrow(/123456/);
});

it("does not quote a file that is not JSON", async () => {
  await expect(read('{"Values":{"KEY":"top-secret"')).rejects.not.toThrow(/top-secret/);
});
