import { Icon } from "../icons.tsx";
import type { HealthCheck } from "./create-coverage-api.ts";

const RING = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z";
const SHAPES: Readonly<Record<HealthCheck["status"], string>> = {
  ok: `${RING}M8 12.3l2.8 2.8L16 9.6`,
  degraded: "M12 4 2.8 20h18.4zM12 10v4.5M12 17v.3",
  unavailable: `${RING}M9 9l6 6M15 9l-6 6`,
  off: `${RING}M8.5 12h7`,
};

/** A tick, a warning triangle, a cross or a dash; the words stand beside it. */
export function StatusIcon({ status }: { status: HealthCheck["status"] }) {
  return (
    <Icon>
      <path d={SHAPES[status]} />
    </Icon>
  );
}
