import { WEB_FILES } from "../web/catalogue.ts";

/** An HTTP request in its parts; text as latin1. */
export interface WebRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Whose routes are asked. */
export type WebRole = "central" | "secondary" | "client";

const ID = WEB_FILES[0]?.id ?? "";
const CURSOR = Buffer.from(JSON.stringify([null, "film.mkv"])).toString("base64url");
const SIZES = Buffer.from(JSON.stringify([1000, "empty"])).toString("base64url");
const DATE = "Tue, 14 Nov 2023 22:13:20 GMT";
const METALINK = "application/metalink4+xml, */*";
const PROPFIND =
  '<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><D:displayname/></D:prop></D:propfind>';
const ODD = "/files/odd%20%22%27%3C%3E%26%3B%EF%BF%BE.svg";

const LOGIN = JSON.stringify({ token: "{token}" });
const RESTORE = JSON.stringify({ name: "film.mkv", id: ID, version: 1 });

const BODY = "Body: ";

/** What programs ask, one line each: method, target, and headers; behind the word Body the body, as JSON. */
const FOR_ALL = [
  "GET /files/film.mkv|Range: bytes=0-65535",
  `GET /files/film.mkv|Range: bytes=1048570-1048590|If-Range: "${ID}"`,
  `GET /files/film.mkv|Range: bytes=-100|If-Range: ${DATE}`,
  `GET /files/film.mkv|If-None-Match: "${ID}", W/"x"`,
  `GET /files/film.mkv|If-Modified-Since: ${DATE}`,
  `GET /files/film.mkv|If-Match: *|If-Unmodified-Since: ${DATE}`,
  "GET /files/film.mkv",
  "HEAD /files/film.mkv",
  "GET /files/a%20b/page.html?download",
  `GET ${ODD}`,
  "GET /files/empty",
  "GET /files/a%20b",
  "GET /files/folder/deep/",
  "GET /files/?format=json",
  "GET /files/|Accept: application/json",
  "HEAD /files/",
  "GET /healthz",
  "GET /readyz",
  "GET /metrics|Accept: application/openmetrics-text",
  "GET /files/film.mkv?{signed}",
  "GET /files/film.mkv?{stale}|Range: bytes=5-9",
];
/** For those who know a cluster. */
const OF_A_CLUSTER: readonly string[] = [
  "GET /api/v1/openapi.json",
  "GET /api/v1/status",
  "GET /api/v1/secondaries",
  "GET /api/v1/events?type=serving&after=run-1&limit=5",
  "GET /api/v1/files?search=m&sort=size&order=desc&limit=2",
  `GET /api/v1/files?folder=a%20b&cursor=${CURSOR}`,
  `GET /api/v1/files?sort=holders&cursor=${SIZES}&limit=1`,
  "GET /api/v1/files/film.mkv",
  "GET /api/v1/downloads?limit=1",
  `GET /api/v1/statistics?of=clients&limit=1&cursor=${CURSOR}`,
  'PUT /files/folder/new.txt|X-OC-Mtime: 1700000000.5|Body: "what is put"',
  `PUT /api/v1/files/film.mkv|If-Match: "${ID}"|Expect: 100-continue|Body: {}`,
  "PUT /files/film.mkv|If-None-Match: *|Body: 1",
  "GET /api/v1/uploads/new.txt?size=5",
  "GET /events|Accept: text/event-stream|Last-Event-ID: run-1",
  "GET /events",
];
const FOR_ROLE: Readonly<Record<WebRole, readonly string[]>> = {
  central: [
    `GET /files/film.mkv|Accept: ${METALINK}`,
    "GET /files/film.mkv.meta4",
    "GET /files/a%20b/page.html.torrent",
    `GET ${ODD}.meta4`,
    ...OF_A_CLUSTER,
    "GET /api/v1/throughput?samples=3",
    "DELETE /api/v1/secondaries/1",
    "DELETE /api/v1/files/film.mkv",
    "DELETE /api/v1/files/folder?of=folder",
    `POST /api/v1/kept/restore|Body: ${RESTORE}`,
    'POST /api/v1/limits|Body: {"downloads":3}|Origin: http://127.0.0.1',
    "GET /api/v1/session|Cookie: redes-session-1=x",
    `POST /api/v1/session|Body: ${LOGIN}`,
    "DELETE /api/v1/session|Sec-Fetch-Site: same-origin",
    "GET /api/v1/kept?name=film.mkv&limit=3",
  ],
  secondary: ["GET /api/v1/openapi.json", "GET /api/v1/status", "GET /api/v1/copies?limit=7"],
  client: [
    ...OF_A_CLUSTER,
    "GET /playlist.m3u8?folder=folder",
    "GET /playlist.m3u8",
    "GET /",
    "OPTIONS /files/",
    "PROPFIND /files/|Depth: 1",
    "PROPFIND /files/film.mkv|Depth: 0",
    "PROPFIND /files/a%20b/|Depth: 1",
  ],
};

/** Valid requests to one role. */
export function validRequests(role: WebRole): WebRequest[] {
  return [...FOR_ALL, ...FOR_ROLE[role]].map((line) => {
    const [first = "", ...rest] = line.split("|");
    const [method = "", target = ""] = first.split(" ");
    const json = rest.find((text) => text.startsWith(BODY))?.slice(BODY.length) ?? "";
    const body = method === "PROPFIND" ? PROPFIND : json;
    const type = json === "" ? [] : [["Content-Type", "application/json"] as const];
    const length = body === "" ? [] : [...type, ["Content-Length", String(body.length)] as const];
    const others = rest.filter((text) => !text.startsWith(BODY));
    const headers = others.map((text) => {
      const colon = text.indexOf(": ");
      return [text.slice(0, colon), text.slice(colon + 2)] as const;
    });
    const usual = [["Host", "127.0.0.1"] as const, ["Authorization", "Bearer {token}"] as const];
    return { method, target, version: "HTTP/1.1", headers: [...usual, ...headers, ...length], body };
  });
}

export function requestBytes({ method, target, version, headers, body }: WebRequest): Uint8Array {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} ${version}\r\n${lines.join("")}\r\n${body}`, "latin1");
}
