/**
 * Why an answer did not come. `unreachable`: nobody answered in time; `token`: one is needed, or the one that was shown is
 * not good; `rights`: those of the token do not suffice; `name`: no file or folder can be called so; `aborted`: nobody wants it any
 * more; `refused`: anything else.
 */
export type ApiFailureKind = "unreachable" | "token" | "rights" | "name" | "aborted" | "refused";

export interface ApiFailure {
  readonly kind: ApiFailureKind;
  /** Of the response; null where there was none. */
  readonly status: number | null;
  /** In the words of the server, or of the browser; "" where the kind says it all. */
  readonly message: string;
  /** The language of these words; absent where it is not known. */
  readonly language?: string;
}

export type ApiResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: ApiFailure };

/** What there is of a response that is no answer. */
interface ApiRefusal {
  readonly status: number;
  readonly statusText: string;
  /** Of its body; null: not said. */
  readonly language: string | null;
  /** Its JSON; null for none. */
  readonly body: unknown;
}

/** What a response says that is no answer. */
export function failureIn({ status, statusText, language, body }: ApiRefusal): ApiFailure {
  const message = (body as { error?: { message?: unknown } } | null)?.error?.message;
  const kind = failureKindOf(status);
  if (typeof message !== "string") return { kind, status, message: `${status} ${statusText}`.trim() };
  return { kind, status, message, ...(language !== null && { language }) };
}

function failureKindOf(status: number): ApiFailureKind {
  if (status === 401) return "token";
  return status === 403 ? "rights" : "refused";
}
