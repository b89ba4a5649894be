import { useState } from "preact/hooks";
import type { Api } from "../client/create-api.ts";
import type { OrderBell } from "../client/order-bell.ts";
import { SlidersIcon } from "./icons.tsx";
import { PreferencesPanel } from "./preferences-panel.tsx";

/** Opens the preferences. */
export function PreferencesButton(props: { api: Api; bell: Pick<OrderBell, "savePreferences"> }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class="round-button"
        title="Preferences"
        aria-label="Preferences"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <SlidersIcon />
      </button>
      {isOpen && <PreferencesPanel {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
