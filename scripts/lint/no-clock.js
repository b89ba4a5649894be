// @ts-check
/** @typedef {import("./rule.ts").Node} Node */

const MESSAGE =
  "This can read the clock, and a decision must come out the same when it is replayed years later: take the instant as an argument (`decidedAt`), and use only Date.parse(…), Date.UTC(…) and new Date(instant).";

/**
 * Forbids every use of `Date` but three that name their instant, so that no alias of it can read the clock either.
 * As a type, `Date` reads nothing. `globalThis` is restricted beside this rule.
 * @type {import("./rule.ts").Rule}
 */
export const noClock = {
  create(context) {
    return {
      Program() {
        const scope = context.sourceCode.scopeManager.globalScope;
        // Whether a global is a variable of the global scope or unresolved depends on the environment that is set.
        const references = [...(scope?.set.get("Date")?.references ?? []), ...(scope?.through ?? [])];
        for (const node of new Set(references.map(({ identifier }) => identifier))) {
          if (node.name === "Date" && !isType(node) && !namesItsInstant(node)) {
            context.report({ node, message: MESSAGE });
          }
        }
      },
    };
  },
};

/** @param {Node} node */
function isType({ parent }) {
  return parent?.type === "TSTypeReference" || parent?.type === "TSTypeQuery";
}

/**
 * `Date.parse(…)`, `Date.UTC(…)`, `new Date(instant)`; `new Date(...instants)` may turn out to be `new Date()`.
 * @param {Node} node
 */
function namesItsInstant(node) {
  const { parent } = node;
  if (parent?.type === "NewExpression") {
    const [first] = parent.arguments;
    return parent.callee === node && first !== undefined && first.type !== "SpreadElement";
  }
  if (parent?.type !== "MemberExpression" || parent.computed) return false;
  const isCalled = parent.parent.type === "CallExpression" && parent.parent.callee === parent;
  return isCalled && ["parse", "UTC"].includes(parent.property.name);
}
