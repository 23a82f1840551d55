/**
 * Why an answer did not come. `unreachable`: nobody answered in time; `token`: one is needed, or the one that was shown is
 * not good; `rights`: those of the token do not suffice; `aborted`: nobody wants it any more; `refused`: anything else.
 */
export type FailureKind = "unreachable" | "token" | "rights" | "aborted" | "refused";

export interface ApiFailure {
  readonly kind: FailureKind;
  /** Of the response; null where there was none. */
  readonly status: number | null;
  /** In the words of the server, or of the browser. */
  readonly message: string;
}

export type ApiResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: ApiFailure };

/** What a response says that is no answer. `body`: its JSON; null for none. */
export function failureIn(status: number, statusText: string, body: unknown): ApiFailure {
  const message = (body as { error?: { message?: unknown } } | null)?.error?.message;
  return {
    kind: failureKindOf(status),
    status,
    message: typeof message === "string" ? message : `${status} ${statusText}`.trim(),
  };
}

function failureKindOf(status: number): FailureKind {
  if (status === 401) return "token";
  return status === 403 ? "rights" : "refused";
}
