/** The bar of the pages that auditors use: the product, the way from one page to the other, sign-out. */
import { BellIcon } from "./icons.tsx";

const PAGES = [
  { id: "coverage", title: "Coverage", href: "/app/coverage/" },
  { id: "audit", title: "Audit", href: "/app/audit/" },
] as const;

/** The bar; `current` is the page that it stands on. */
export function AuditorBar({ current }: { current: (typeof PAGES)[number]["id"] }) {
  return (
    <header class="bar">
      <div class="bar-inner">
        <a class="brand" href="/app/">
          <span class="brand-mark">
            <BellIcon />
          </span>
          <span class="brand-name">OrderBell</span>
        </a>
        <nav class="bar-nav" aria-label="Pages for auditors">
          {PAGES.map(({ id, title, href }) => (
            <a key={id} href={href} aria-current={id === current ? "page" : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <div class="bar-end">
          <a class="sign-out" href={`/.auth/logout?post_logout_redirect_uri=/app/${current}`}>
            Sign out
          </a>
        </div>
      </div>
    </header>
  );
}
