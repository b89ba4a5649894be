import type { TimelineEntry, Verdict } from "../../../src/domain/audit.ts";
import { Icon } from "../icons.tsx";

const RING = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z";

const SHAPES = {
  // What a line of a timeline speaks of.
  source: "M3 12h5l2 3h4l2-3h5M5 6h14l2 6v6H3v-6z",
  transition: "M4 8h13l-3-3M20 16H7l3 3",
  decision: "M12 4v16M6 8h12M6 8l-3 6h6zM18 8l-3 6h6zM8 20h8",
  delivery: "M4 12 20 5l-4 15-4.5-6.5zM11.5 13.5 20 5",
  failure: "M12 4 2.8 20h18.4zM12 10v4.5M12 17v.3",
  wait: `${RING}M12 7.5V12l3 2`,
  receipt: "m3 12.5 4 4L15.5 8M11.5 15l1.5 1.5L21.5 8",
  escalation: "M6 20V9M12 20V4M18 20v-7M3 20h18M9 7l3-3 3 3",
  redrive: "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
  page: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
  end: "M6 21V4h11l-2 4 2 4H6",
  // What came of a replay.
  reproduced: `${RING}M8 12.3l2.8 2.8L16 9.6`,
  diverged: `${RING}M9 9l6 6M15 9l-6 6`,
  incomplete: `${RING}M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5v.3`,
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20",
} as const satisfies Record<TimelineEntry["kind"] | Verdict["verdict"] | "search", string>;

/** A drawing beside words that say the same. */
export function AuditIcon({ shape }: { shape: keyof typeof SHAPES }) {
  return (
    <Icon>
      <path d={SHAPES[shape]} />
    </Icon>
  );
}
