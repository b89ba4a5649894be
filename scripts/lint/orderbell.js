// @ts-check
/** The lint rules of this house that oxlint's own rules cannot express; switched on in .oxlintrc.json. */

/**
 * The parts of a syntax node that the rules look at.
 * @typedef {object} Node
 * @property {string} type
 * @property {string} [name]
 * @property {unknown} [value]
 */
/** @typedef {{ report(problem: { node: unknown, message: string }): void }} Context */

const NO_CLOCK =
  "This reads the clock, and a decision must come out the same when it is replayed years later: take the instant as an argument (`decidedAt`).";

/** @param {Node} node */
function isDate(node) {
  return node.type === "Identifier" && node.name === "Date";
}

/** Forbids `new Date()`, `Date()` and `Date.now`, and leaves `new Date(instant)` alone. */
const noClock = {
  /** @param {Context} context */
  create(context) {
    return {
      /** @param {{ callee: Node, arguments: Node[] }} node */
      NewExpression(node) {
        if (isDate(node.callee) && node.arguments.length === 0) context.report({ node, message: NO_CLOCK });
      },
      /** @param {{ callee: Node }} node */
      CallExpression(node) {
        if (isDate(node.callee)) context.report({ node, message: NO_CLOCK });
      },
      /** @param {{ object: Node, property: Node }} node */
      MemberExpression(node) {
        const member = node.property.name ?? node.property.value;
        if (isDate(node.object) && member === "now") context.report({ node, message: NO_CLOCK });
      },
    };
  },
};

const NO_BARREL =
  "Nobody should have to open a second file to learn where a thing lives: import it from its own file.";

/** Forbids `export *`, and files that do nothing but pass on what stands elsewhere. */
const noBarrel = {
  /** @param {Context} context */
  create(context) {
    return {
      /** @param {Node} node */
      ExportAllDeclaration(node) {
        context.report({ node, message: NO_BARREL });
      },
      /** @param {{ body: (Node & { source?: Node | null })[] }} node */
      Program(node) {
        const reExports = node.body.filter(({ type, source }) => type === "ExportNamedDeclaration" && source);
        const imports = node.body.filter(({ type }) => type === "ImportDeclaration");
        const [first, second] = reExports;
        if (first && second && reExports.length + imports.length === node.body.length) {
          context.report({ node: first, message: NO_BARREL });
        }
      },
    };
  },
};

export default { meta: { name: "orderbell" }, rules: { "no-barrel": noBarrel, "no-clock": noClock } };
