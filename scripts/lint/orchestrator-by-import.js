// @ts-check
import { dirname, resolve } from "node:path";

/** @typedef {import("./rule.ts").Context} Context */
/** @typedef {import("./rule.ts").Node} Node */

const MESSAGE =
  "An orchestrator is replayed, and only src/orchestration is checked for that: write it there, import it, and pass it by its name, as in df.app.orchestration(NAME, notifyOrderChange).";

/**
 * Allows `orchestration`, Durable's word for registering one, only in calls whose handler is an import from
 * src/orchestration: not taken apart and not passed on, because the call would then be out of sight.
 * @type {import("./rule.ts").Rule}
 */
export const orchestratorByImport = {
  create(context) {
    return {
      MemberExpression(node) {
        const { parent, property } = node;
        if (!isNamed(property, node.computed)) return;
        const handler =
          parent.type === "CallExpression" && parent.callee === node ? parent.arguments[1] : undefined;
        if (!handler || !isOrchestrator(handler, context))
          context.report({ node: property, message: MESSAGE });
      },
      ObjectPattern(node) {
        for (const property of node.properties) {
          if (property.type === "Property" && isNamed(property.key, property.computed)) {
            context.report({ node: property, message: MESSAGE });
          }
        }
      },
    };
  },
};

/**
 * @param {Node} key
 * @param {boolean} isComputed
 */
function isNamed(key, isComputed) {
  if (key.type === "Identifier") return !isComputed && key.name === "orchestration";
  return key.type === "Literal" && key.value === "orchestration";
}

/**
 * @param {Node} handler
 * @param {Context} context
 */
function isOrchestrator(handler, context) {
  // `ORCHESTRATORS[name]` comes from there when ORCHESTRATORS does.
  if (handler.type === "MemberExpression") return isOrchestrator(handler.object, context);
  if (handler.type !== "Identifier") return false;
  let scope = context.sourceCode.getScope(handler);
  while (!scope.set.has(handler.name) && scope.upper) scope = scope.upper;
  const definition = scope.set.get(handler.name)?.defs[0];
  if (definition?.parent?.type !== "ImportDeclaration") return false;
  const file = resolve(dirname(context.filename), definition.parent.source.value).replaceAll("\\", "/");
  return file.includes("/src/orchestration/");
}
