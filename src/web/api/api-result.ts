/**
 * Why an answer did not come. `unreachable`: nobody answered in time; `token`: one is needed, or the one that was shown is
 * not good; `rights`: those of the token do not suffice; `name`: no file or folder can be called so; `aborted`: nobody wants it any
 * more; `refused`: for a reason that the server says; `unexplained`: there is only a status, as a proxy before the server gives.
 */
export type ApiFailureKind = "unreachable" | "token" | "rights" | "name" | "aborted" | "refused" | "unexplained";

export interface ApiFailure {
  readonly kind: ApiFailureKind;
  /** Of the response; null where there was none. */
  readonly status: number | null;
  /** In the words of the server, or of the browser; "" where the kind and the status say it all. */
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
  /** Of its body; null: not said. */
  readonly language: string | null;
  /** Its JSON; null for none. */
  readonly body: unknown;
}

/** What a response says that is no answer. */
export function failureIn({ status, language, body }: ApiRefusal): ApiFailure {
  const message = (body as { error?: { message?: unknown } } | null)?.error?.message;
  const kind = status === 401 ? "token" : status === 403 ? "rights" : null;
  if (typeof message !== "string") return { kind: kind ?? "unexplained", status, message: "" };
  return { kind: kind ?? "refused", status, message, ...(language !== null && { language }) };
}

/** Of what can never be done as it is asked for, such as a name that no file can have. */
const BAD_REQUEST = 400;

/** Whether the same may be done when it is tried again. */
export function mayPass({ kind, status }: Pick<ApiFailure, "kind" | "status">): boolean {
  return kind !== "name" && status !== BAD_REQUEST;
}
