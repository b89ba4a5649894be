/** What each category is drawn with: a colour and, for those who cannot tell colours, a pattern. */
import type { CoverageCategory } from "../../../src/domain/coverage.ts";

const PATTERNS: Readonly<Record<CoverageCategory, string | undefined>> = {
  both: undefined,
  outboundMessageOnly: "pattern-dots",
  pollOnly: "pattern-stripes",
  reconciliationOnly: "pattern-checks",
};

/** The patterns of the whole page; once on it, before anything is filled. */
export function PatternDefinitions() {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true">
      <pattern id="pattern-dots" width="6" height="6" patternUnits="userSpaceOnUse">
        <circle class="pattern-ink" cx="3" cy="3" r="1.3" />
      </pattern>
      <pattern
        id="pattern-stripes"
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="pattern-ink" width="2.2" height="6" />
      </pattern>
      <pattern
        id="pattern-checks"
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="pattern-ink" width="1.6" height="6" />
        <rect class="pattern-ink" width="6" height="1.6" />
      </pattern>
    </svg>
  );
}

/** A rectangle of one category. */
export function CategoryRect(props: {
  category: CoverageCategory;
  x: number;
  y: number;
  width: number;
  height: number;
}) {
  const { category, ...place } = props;
  const pattern = PATTERNS[category];
  return (
    <>
      <rect class={`fill-${category}`} {...place} />
      {pattern && <rect fill={`url(#${pattern})`} {...place} />}
    </>
  );
}

/** A category's colour and pattern beside its name. */
export function Swatch({ category }: { category: CoverageCategory }) {
  return (
    <svg class="swatch" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <CategoryRect category={category} x={0} y={0} width={18} height={18} />
    </svg>
  );
}
