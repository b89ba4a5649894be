// @ts-check
const MESSAGE =
  "Nobody should have to open a second file to learn where a thing lives: import it from its own file.";

/**
 * Forbids `export *`, and files that do nothing but pass on what stands elsewhere.
 * @type {import("./rule.ts").Rule}
 */
export const noBarrel = {
  create(context) {
    return {
      ExportAllDeclaration(node) {
        context.report({ node, message: MESSAGE });
      },
      Program(node) {
        const reExports = node.body.filter((it) => it.type === "ExportNamedDeclaration" && it.source);
        const imports = node.body.filter(({ type }) => type === "ImportDeclaration");
        const [first, second] = reExports;
        if (first && second && reExports.length + imports.length === node.body.length) {
          context.report({ node: first, message: MESSAGE });
        }
      },
    };
  },
};
