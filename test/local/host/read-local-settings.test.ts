import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type LocalSettings, readLocalSettings } from "../../../local/host/read-local-settings.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "app-settings-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(text: string): Promise<LocalSettings> {
  await writeFile(join(folder, "local.settings.json"), text);
  return readLocalSettings(folder);
}

it("reads the values", async () => {
  const { values } = await read('{"IsEncrypted":false,"Values":{"A":"1","B:C":""},"Host":{}}');
  expect(values).toEqual({ A: "1", "B:C": "" });
});

it("takes a missing file for no settings", async () => {
  expect(await readLocalSettings(folder)).toEqual({
    values: {},
    cors: { origins: [], credentials: false },
  });
});

it("says which file it cannot read", async () => {
  await mkdir(join(folder, "local.settings.json"));
  await expect(readLocalSettings(folder)).rejects.toThrow(/local\.settings\.json/);
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

it("reads the origins of Host.CORS, and whether cookies may come along", async () => {
  const text = '{"Host":{"CORS":"https://a.example,https://b.example","CORSCredentials":true}}';
  expect((await read(text)).cors).toEqual({
    origins: ["https://a.example", "https://b.example"],
    credentials: true,
  });
  const asText = await read('{"Host":{"CORS":"https://a.example","CORSCredentials":"false"}}');
  expect(asText.cors.credentials).toBe(false);
});

it("refuses cookies from every origin, as the Functions tools do", async () => {
  await expect(read('{"Host":{"CORS":"*","CORSCredentials":true}}')).rejects.toThrow(/CORSCredentials/);
});
