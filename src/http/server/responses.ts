/** Of every response that says nothing else: no page of another site may use it, and what it is said to be it is. */
const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** One sentence for people. */
export function textResponse(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers },
  });
}

export function jsonResponse(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { "cache-control": "no-store" } });
}

/** Of an address that no route has. */
export const NOTHING_HERE: Refusal = { status: 404, reason: "there is nothing at this address" };

/** What programs read of a refusal. */
const CODES: Readonly<Record<number, string>> = {
  400: "bad-request",
  404: "not-found",
  405: "not-possible",
  409: "conflict",
  412: "other-version",
  413: "too-long",
  415: "not-json",
  421: "other-host",
  429: "busy",
  500: "fault",
  503: "not-serving",
  507: "no-room",
};

/** A refusal, in the form that programs expect at this path. */
export function refusal(path: string, { status, reason, headers = {} }: Refusal): Response {
  if (!path.startsWith("/api/")) return textResponse(status, reason, headers);
  return Response.json(
    { error: { code: CODES[status] ?? "refused", message: reason } },
    { status, headers: { "cache-control": "no-store", ...headers } },
  );
}

export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Adds what every response has. */
export function secured(response: Response): Response {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
