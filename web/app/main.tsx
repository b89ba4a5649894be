/** The page `/app/`: wires the headless client to the screen. */
import { render } from "preact";
import { createApi } from "../client/create-api.ts";
import { createOrderBell } from "../client/create-order-bell.ts";
import { App } from "./app.tsx";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no element #app");

const bell = createOrderBell();
bell.start();
render(<App bell={bell} api={createApi()} />, root);
