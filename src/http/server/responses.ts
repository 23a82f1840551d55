import { say, type Told } from "../../sentences/sentence.ts";
import type { Language } from "../../text/language.ts";
import { shownIn } from "../../text/shown/sentence.ts";

/** Of every response that says nothing else: no page of another site may use it, and what it is said to be it is. */
const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** One sentence for programs. */
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
export const NOTHING_HERE: Refusal = { status: 404, reason: say("there is nothing at this address") };

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

/** For what is not possible now, and may be in some seconds. */
export const RETRY_SOON = { "retry-after": "5" } as const;

export interface Refusal {
  readonly status: number;
  readonly reason: Told;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A refusal, in the form that programs expect at this path. */
export function refusal(path: string, refusal: Refusal): RefusalResponse {
  return new RefusalResponse(refusal, path.startsWith("/api/") ? "json" : "text");
}

/** Says to people why they are not answered: in English until it is known who reads it. */
export class RefusalResponse extends Response {
  constructor(
    private readonly refusal: Refusal,
    private readonly form: "text" | "json",
    language: Language = "en",
  ) {
    const { status, reason } = refusal;
    const body = form === "json" ? jsonOf(status, shownIn(language, reason)) : `${shownIn(language, reason)}\n`;
    super(body, { status, headers: headersOf(refusal, form, language) });
  }

  /** The same for a reader of that language. */
  in(language: Language): Response {
    const { refusal, form } = this;
    return language === "en" ? this : new RefusalResponse(refusal, form, language);
  }
}

function jsonOf(status: number, message: string): string {
  return JSON.stringify({ error: { code: CODES[status] ?? "refused", message } });
}

const TYPES = { json: "application/json;charset=utf-8", text: "text/plain; charset=utf-8" } as const;

function headersOf({ reason, headers = {} }: Refusal, form: keyof typeof TYPES, language: Language): Headers {
  const all = new Headers({ "content-type": TYPES[form], "cache-control": "no-store", ...headers });
  // What no table has is English, as the system or another program has said it.
  all.set("content-language", typeof reason === "string" ? "en" : language);
  all.append("vary", "Accept-Language");
  return all;
}

/** Adds what every response has. */
export function secured(response: Response): Response {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
