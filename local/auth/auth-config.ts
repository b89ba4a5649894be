/**
 * `auth.json` in App Service's file format: "File-based configuration in Azure App Service authentication",
 * https://learn.microsoft.com/azure/app-service/configure-authentication-file-based. The keys that change what
 * the local runtime does are read; the rest of the documented file is accepted and has no effect here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const provider = z.looseObject({ enabled: z.boolean().default(true) });

const authConfigSchema = z.object({
  platform: z.object({ enabled: z.boolean() }),
  globalValidation: z.object({
    unauthenticatedClientAction: z.enum(["RedirectToLoginPage", "AllowAnonymous", "Return401", "Return403"]),
    redirectToProvider: z.string().optional(),
    excludedPaths: z
      .array(z.string().regex(/^\/[^*]*\*?$/, "starts with / and has * only at its end"))
      .default([]),
  }),
  identityProviders: z
    .object({
      azureActiveDirectory: provider.optional(),
      facebook: provider.optional(),
      gitHub: provider.optional(),
      google: provider.optional(),
      twitter: provider.optional(),
      apple: provider.optional(),
      openIdConnectProviders: z.record(z.string(), provider).default({}),
    })
    .prefault({}),
});

/** What App Service Authentication is told to do for one app. */
export type AuthConfig = z.infer<typeof authConfigSchema>;

/** `auth.json` is there but cannot be used. */
export class AuthConfigError extends Error {
  override readonly name = "AuthConfigError";
  readonly path: string;
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.path = path;
  }
}

/** Reads the app's `auth.json`; undefined when there is none or it is switched off: platform auth is off then. */
export function readAuthConfig(appFolder: string): AuthConfig | undefined {
  const path = join(appFolder, "auth.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new AuthConfigError(path, "cannot be read", { cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new AuthConfigError(path, "is not JSON", { cause: error });
  }
  const parsed = authConfigSchema.safeParse(json);
  if (!parsed.success)
    throw new AuthConfigError(path, z.prettifyError(parsed.error), { cause: parsed.error });
  return parsed.data.platform.enabled ? parsed.data : undefined;
}

/** The names that stand in `/.auth/login/<provider>`, as App Service spells them, and `local`. */
export function loginProviders({ identityProviders }: AuthConfig): ReadonlySet<string> {
  const { azureActiveDirectory: aad, gitHub: github, openIdConnectProviders, ...others } = identityProviders;
  const named = Object.entries({ aad, github, ...others, ...openIdConnectProviders });
  return new Set(["local", ...named.filter(([, one]) => one?.enabled).map(([name]) => name)]);
}
