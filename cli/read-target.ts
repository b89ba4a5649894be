/** Where the app is, and as whom. */
import { userInfo } from "node:os";
import type { SignIn } from "./api.ts";
import type { Options } from "./read-options.ts";
import { toUsageError } from "./usage.ts";

export type Target = { url: string; signIn: SignIn };

/** For administrators, who say who they are. */
export function toTarget(o: Options): Target {
  if ((o.token === undefined) === (o.user === undefined)) throw toUsageError("Give --token or --user.");
  return toAnyTarget(o, () => toUsageError("Give --token or --user."));
}

/** For auditors: without a word about who they are, themselves here, and whoever az is signed in as elsewhere. */
export function toAuditTarget(o: Options): Target {
  const given = [o.token, o.user, o.resource].filter((one) => one !== undefined).length;
  if (given > 1) throw toUsageError("Give one of --token, --user and --resource.");
  return toAnyTarget(o, () =>
    toUsageError(
      "Give --token, or --resource with the application id URI of the app's registration (api://…).",
    ),
  );
}

function toAnyTarget(o: Options, toMissing: () => Error): Target {
  const url = toUrl(o.url ?? "http://127.0.0.1:7071");
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (o.user !== undefined && !isLocal)
    throw toUsageError("--user signs in on this machine only; give --token.");
  if (!isLocal && url.protocol !== "https:") throw toUsageError("A token travels over https only.");
  if (o.token !== undefined) return { url: url.origin, signIn: { kind: "token", token: o.token } };
  if (o.resource !== undefined) {
    return { url: url.origin, signIn: { kind: "azure", resource: toResource(o.resource) } };
  }
  if (!isLocal) throw toMissing();
  return { url: url.origin, signIn: { kind: "local", userId: o.user ?? userInfo().username } };
}

function toUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw toUsageError(`--url takes an http or https address, not ${text}.`);
  }
  return url;
}

/** On Windows az is started by a shell, so nothing that a shell reads may be in it. */
function toResource(text: string): string {
  if (!/^[\w.:/-]{1,200}$/.test(text)) throw toUsageError(`--resource takes a URI, not ${text}.`);
  return text;
}
