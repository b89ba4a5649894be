/** GET /api/openapi.json: the description of this API, for anyone who is signed in. */
import { app } from "@azure/functions";
import { forUser } from "./endpoint.ts";

let text: Promise<string> | undefined;

/** Made when it is first asked for: a cold start does not wait for it. */
async function createText(): Promise<string> {
  const { createOpenApi } = await import("../openapi/create-open-api.ts");
  return JSON.stringify(createOpenApi());
}

/** It holds no secrets, but strangers learn nothing here. */
export const getOpenApi = forUser(async () => {
  text ??= createText();
  return {
    body: await text,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-cache" },
  };
});

app.http("getOpenApi", {
  route: "api/openapi.json",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: getOpenApi,
});
