// @ts-check
/** The key both programs of the measurement share; it opens nothing else. */
export const ACCESS_KEY = "a-key-for-measurements-only-0123456789";
