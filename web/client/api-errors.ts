/** The ways a call to the API fails, told apart because each is answered differently. */

/** The session is over or never began (401); only signing in helps. */
export class SignedOutError extends Error {
  override readonly name = "SignedOutError";
  constructor() {
    super("Not signed in");
  }
}

/** No answer came: no network, a refused connection or silence for too long. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  constructor(cause: unknown) {
    super("The server could not be reached", { cause });
  }
}

/** The server answered, and the answer was an error. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly status: number;
  readonly detail: string | undefined;
  /** What does not fit, each as `place: why`. */
  readonly errors: readonly string[] | undefined;
  constructor(status: number, title: string, detail?: string, errors?: readonly string[]) {
    super(title);
    this.status = status;
    this.detail = detail;
    this.errors = errors;
  }
}

/** The server answered with something other than what was agreed. */
export class UnexpectedAnswerError extends Error {
  override readonly name = "UnexpectedAnswerError";
  constructor(cause: unknown) {
    super("The server's answer could not be understood", { cause });
  }
}

/** Why something did not work, in words for a person. */
export interface Problem {
  title: string;
  detail?: string;
  /** What does not fit, each as `place: why`. */
  errors?: readonly string[];
  /** The HTTP status, when the server answered. */
  status?: number;
}

/** What to tell a person about an error. */
export function toProblem(error: unknown): Problem {
  if (error instanceof RefusedError) {
    const { message: title, detail, errors, status } = error;
    return { title, status, ...(detail === undefined ? {} : { detail }), ...(errors ? { errors } : {}) };
  }
  return { title: error instanceof Error ? error.message : String(error) };
}
