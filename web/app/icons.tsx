/** The few drawings of the page; all are decoration beside a text or a label. */
import type { ComponentChildren } from "preact";

/** The frame of every drawing. */
export function Icon({ children, className = "icon" }: { children: ComponentChildren; className?: string }) {
  return (
    <svg
      class={className}
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** The bell; `ringing` makes it swing once. */
export function BellIcon({ ringing = false }: { ringing?: boolean }) {
  return (
    <Icon className={ringing ? "icon ringing" : "icon"}>
      <path d="M6 9.5a6 6 0 0 1 12 0v4l1.8 3H4.2l1.8-3z" />
      <path d="M10 19.5a2.1 2.1 0 0 0 4 0" />
    </Icon>
  );
}

/** Mark as read. */
export function CheckIcon() {
  return (
    <Icon>
      <path d="m5 12.5 4.5 4.5L19 7.5" />
    </Icon>
  );
}

/** Put away. */
export function ArchiveIcon() {
  return (
    <Icon>
      <path d="M4 5h16v4H4zM5.5 9v10h13V9M10 13h4" />
    </Icon>
  );
}

/** No connection. */
export function CloudOffIcon() {
  return (
    <Icon>
      <path d="M7.5 8A5 5 0 0 0 7 18h10M10 5.4A6 6 0 0 1 17 10a4 4 0 0 1 3.4 6M4 4l16 16" />
    </Icon>
  );
}

/** Not for everyone. */
export function LockIcon() {
  return (
    <Icon>
      <path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" />
    </Icon>
  );
}

/** What one prefers. */
export function SlidersIcon() {
  return (
    <Icon>
      <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
      <circle cx="16" cy="7" r="2.75" />
      <circle cx="8" cy="17" r="2.75" />
    </Icon>
  );
}

/** Quiet hours. */
export function MoonIcon() {
  return (
    <Icon>
      <path d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z" />
    </Icon>
  );
}

/** Close. */
export function CloseIcon() {
  return (
    <Icon>
      <path d="m6 6 12 12M18 6 6 18" />
    </Icon>
  );
}
