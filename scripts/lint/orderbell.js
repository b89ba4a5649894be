// @ts-check
/** The lint rules of this house that oxlint's own rules cannot express; switched on in .oxlintrc.json. */
import { noBarrel } from "./no-barrel.js";
import { noClock } from "./no-clock.js";
import { orchestratorByImport } from "./orchestrator-by-import.js";

export default {
  meta: { name: "orderbell" },
  rules: {
    "no-barrel": noBarrel,
    "no-clock": noClock,
    "orchestrator-by-import": orchestratorByImport,
  },
};
