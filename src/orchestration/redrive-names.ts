/** The stored names of redriving; renaming one strands what is running. */

export const REDRIVE_ORCHESTRATION = "redriveDeadLetters";

export const REDRIVE_ACTIVITY = {
  loadDeadLetters: "loadDeadLetters",
  recordRedrives: "recordRedrives",
} as const;
