/** The page `/app/audit`. */
import { render } from "preact";
import { AuditPage } from "./audit-page.tsx";
import { createAuditApi } from "./create-audit-api.ts";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no element #app");

render(<AuditPage api={createAuditApi()} />, root);
