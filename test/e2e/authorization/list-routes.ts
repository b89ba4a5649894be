/** The routes of a running app, as its host says that it serves them. */
import { z } from "zod";

const overviewSchema = z.object({
  functions: z.array(
    z.object({
      name: z.string(),
      http: z.object({ methods: z.array(z.string()).min(1), route: z.string() }).optional(),
      notStarted: z.string().optional(),
    }),
  ),
});

/** `GET /api/notifications` and so on; throws when a function is not started, which might have a route. */
export async function listRoutes(url: string): Promise<string[]> {
  const response = await fetch(`${url}/.runtime/?format=json`);
  const { functions } = overviewSchema.parse(await response.json());
  return functions.flatMap(({ name, http, notStarted }) => {
    if (notStarted !== undefined) throw new Error(`${name} is not started: ${notStarted}`);
    return (http?.methods ?? []).map((method) => `${method} ${toTemplate(http?.route ?? "")}`);
  });
}

/** The empty route has a template that only the host understands. */
function toTemplate(route: string): string {
  return route === "/{ignored:maxlength(0)?}" ? "/" : route;
}
