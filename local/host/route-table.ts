/**
 * Which function answers an HTTP request: the most specific template that fits path and method.
 *
 * A known path with a method nobody takes is 404, as on Azure (Azure/azure-functions-host issues 10098 and 11625).
 */
import {
  compareRoutes,
  matchRoute,
  parseRouteTemplate,
  type RouteTemplate,
  type RouteValues,
} from "./route-template.ts";

interface Route<T> {
  readonly template: RouteTemplate;
  /** Upper case; null takes every method. */
  readonly methods: ReadonlySet<string> | null;
  readonly target: T;
}

/** The routes of an app; add them all before the first match. */
export class RouteTable<T> {
  #routes: Route<T>[] = [];

  /** Adds a route; throws `RouteTemplateError` for a template that cannot be used. */
  add(template: string, methods: readonly string[] | null, target: T): void {
    const upper = methods === null ? null : new Set(methods.map((method) => method.toUpperCase()));
    this.#routes.push({ template: parseRouteTemplate(template), methods: upper, target });
    this.#routes = this.#routes.toSorted((a, b) => compareRoutes(a.template, b.template));
  }

  /** Finds the target for a method and a raw (still encoded) URL path. */
  match(method: string, pathname: string): { target: T; values: RouteValues } | null {
    const path = toSegments(pathname);
    for (const route of this.#routes) {
      if (route.methods !== null && !route.methods.has(method.toUpperCase())) continue;
      const values = matchRoute(route.template, path);
      if (values !== null) return { target: route.target, values };
    }
    return null;
  }
}

function toSegments(pathname: string): string[] {
  const segments = pathname.replace(/^\//, "").split("/");
  // ASP.NET ignores one slash at the end.
  if (segments.at(-1) === "") segments.pop();
  return segments.map(decodeSegment);
}

/** Decodes a segment; an encoded slash stays encoded, as in ASP.NET, and so does what is not valid UTF-8. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment.replaceAll(/%(2f)/gi, "%25$1"));
  } catch {
    return segment;
  }
}
