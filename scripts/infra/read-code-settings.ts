/** Which app settings the code reads: asked of src/config.ts itself, which is the only reader of the environment. */
import { isPlatformAuthOn, readConfig, readSignalROrigins } from "../../src/config.ts";

/** The names that src/config.ts looks up. */
export function readCodeSettings(): Set<string> {
  const names = new Set<string>();
  const env = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_, name) {
        if (typeof name === "string") names.add(name);
        return undefined;
      },
    },
  );
  // Nothing is set, so that the schema complains after it has asked for everything.
  try {
    readConfig(env);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("The app settings are not usable."))
      throw error;
  }
  isPlatformAuthOn(env);
  readSignalROrigins(env);
  return names;
}
