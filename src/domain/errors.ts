/** Errors that carry facts; each says whether trying again can help. */

/** The base of every error that OrderBell itself raises. */
export abstract class OrderBellError extends Error {
  /** True when the same call may succeed later. */
  abstract readonly retryable: boolean;
}

/** Nobody is signed in, or the platform told us nothing about them. */
export class NotSignedInError extends OrderBellError {
  readonly retryable = false;
  constructor() {
    super("Sign in first.");
  }
}

/** Platform authentication is off, so no request can be trusted to say who sent it. */
export class PlatformAuthOffError extends OrderBellError {
  readonly retryable = false;
  constructor() {
    super(
      "App Service Authentication is off for this app, so nobody can be told apart. Turn it on to use this endpoint.",
    );
  }
}

/** The caller is known but may not do this. */
export class ForbiddenError extends OrderBellError {
  readonly retryable = false;
}

/** What the caller sent does not fit; `details` name the places. */
export class InvalidRequestError extends OrderBellError {
  readonly retryable = false;
  readonly details: readonly string[];
  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.details = details;
  }
}

/** The request's content type is not one the endpoint reads. */
export class UnsupportedMediaTypeError extends OrderBellError {
  readonly retryable = false;
}

/** A change could not be durably started in time; Salesforce will send it again. */
export class ChangeNotStartedError extends OrderBellError {
  readonly retryable = true;
  readonly instanceId: string;
  constructor(instanceId: string, options?: ErrorOptions) {
    super(`The orchestration ${instanceId} could not be started.`, options);
    this.instanceId = instanceId;
  }
}

/** Several writers changed the same rows again and again. */
export class ConflictError extends OrderBellError {
  readonly retryable = true;
}
