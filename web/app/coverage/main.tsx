/** The page `/app/coverage`. */
import { render } from "preact";
import { CoveragePage } from "./coverage-page.tsx";
import { createCoverageApi } from "./create-coverage-api.ts";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no element #app");

const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
render(<CoveragePage api={createCoverageApi()} timeZone={timeZone} />, root);
