/** Which code this is. */

declare const BUILT_CODE_VERSION: string | undefined;

/** `0.1.0+3f2a91c04d1e`: the package's version and a digest of the sources and of every library's version, put in by the build. */
export const CODE_VERSION = typeof BUILT_CODE_VERSION === "string" ? BUILT_CODE_VERSION : "unbuilt";
