import type { SeededRandom } from "../../simulation/world/random.ts";
import { changeBytes, cut } from "./bytes.ts";
import type { Part, Sender } from "./input.ts";
import { CLIENT_HELLO, VALUES, WEIRD, WEIRD_HEADERS } from "./web-pools.ts";
import { requestBytes, type WebRequest } from "./web-requests.ts";

/** What inputs for an HTTP server are made of. */
export interface WebMaterial {
  readonly requests: readonly WebRequest[];
}

/** Whoever attacks a server with keys; what it shows is in its requests. */
const KEYED = { role: "client", name: "mallory", rights: "read" } as const;

/** Whoever attacks a server with TLS, and never gets to a request. */
const SECURED = { role: "central" } as const;
const SECURED_CHANCE = 0.08;

const METHODS = ["GET", "HEAD", "OPTIONS", "PROPFIND", "POST", "DELETE", "PUT", "PATCH", "TRACE", "CONNECT"];
const RARE_METHODS = ["M-SEARCH", "PRI", "QUERY", "get", "G ET", "", "LOCK", "SOURCE", "\x16\x03\x01"];
const VERSIONS = ["HTTP/1.0", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.9", "HTTP/11", "", "ICY"];
/** Most requests over one connection. */
const MAX_REQUESTS = 5;
/** Bytes of the shortest response: a request waits for those to the ones before it. */
const RESPONSE_BYTES = 80;
/** Longest request that is cut into parts, each of which takes a while. */
const MAX_CUT = 200;

/** Somebody who asks what programs ask, with some changes; now and then with none. */
export function draftWebSender({ requests }: WebMaterial, random: SeededRandom): Sender {
  if (random.chance(SECURED_CHANCE)) return { role: "client", identity: SECURED, parts: handshake(requests, random) };
  const pipelined = random.chance(0.3);
  const count = random.chance(0.5) ? 1 : 1 + random.below(MAX_REQUESTS);
  let parts: Part[] = Array.from({ length: count }, (_, index) => {
    let request = random.pick(requests);
    for (let changes = random.pick([0, 1, 1, 2, 3]); changes > 0; changes--) request = changed(request, random);
    return { bytes: requestBytes(request), after: pipelined ? 0 : index * RESPONSE_BYTES };
  });
  for (let changes = random.pick([0, 0, 0, 0, 1, 2]); changes > 0; changes--) {
    const place = random.below(parts.length);
    const other = requestBytes(random.pick(requests));
    parts = parts.map((part, index) =>
      index === place ? { ...part, bytes: changeBytes(part.bytes, other, random) } : part,
    );
  }
  if (random.chance(0.05)) parts = parts.flatMap((part) => inPieces(part, random));
  return { role: "client", identity: random.chance(0.5) ? KEYED : null, parts };
}

/** A handshake with some changes, and something else behind it; or a request to whoever expects a handshake. */
function handshake(requests: readonly WebRequest[], random: SeededRandom): Part[] {
  const request = requestBytes(random.pick(requests));
  if (random.chance(0.2)) return [{ bytes: request, after: 0 }];
  let bytes = CLIENT_HELLO;
  for (let changes = random.pick([0, 1, 1, 3]); changes > 0; changes--) bytes = changeBytes(bytes, request, random);
  // Of TLS 1.2: alert, handshake, application data, and no record at all.
  const record = Uint8Array.of(random.pick([20, 21, 22, 23, 24, 255]), 3, 3, random.below(80), random.below(256));
  const behind = random.pick([record, request, CLIENT_HELLO, random.bytes(random.below(2000))]);
  return [
    { bytes, after: 0 },
    { bytes: behind, after: random.pick([0, 1]) },
  ];
}

function inPieces({ bytes, after }: Part, random: SeededRandom): Part[] {
  if (bytes.length > MAX_CUT) return [{ bytes, after }];
  return cut(bytes, random).map((piece) => ({ bytes: piece, after }));
}

function changed(request: WebRequest, random: SeededRandom): WebRequest {
  switch (random.below(10)) {
    case 0:
      return { ...request, method: random.pick(random.chance(0.7) ? METHODS : RARE_METHODS) };
    case 1:
    case 2:
    case 3:
      return { ...request, target: changedTarget(request.target, random) };
    case 4:
      return { ...request, version: random.pick(VERSIONS) };
    case 5:
      return withBody(request, random);
    default:
      return { ...request, headers: changedHeaders(request.headers, random) };
  }
}

function changedTarget(target: string, random: SeededRandom): string {
  const place = random.below(target.length + 1);
  const weird = random.pick(WEIRD);
  switch (random.below(6)) {
    case 0:
      return target.slice(0, place) + weird + target.slice(place);
    case 1:
      return `${target}${target.includes("?") ? "&" : "?"}${parameter(random)}`;
    case 2:
      return target.slice(0, place) + weird;
    case 3:
      return changedParameter(target, random);
    case 4:
      return random.pick([
        ...["*", "/", "//", "", "http://127.0.0.1/files/empty", "http://127.0.0.1@evil.example/files/empty"],
        ...["https://127.0.0.1:99999/", "/files/../../etc/passwd", "/files/..%2f..%2fetc%2fpasswd", "files/empty"],
        ...["/files//film.mkv", "/files/film.mkv/", "/files/./", "?", "#", `/files/${"a/".repeat(2000)}`],
        ...[`/files/${"a".repeat(20_000)}`, "\\files\\empty", "/%66iles/empty", "/files/%F0%9F%98%80%ED%A0%80"],
      ]);
    default:
      return target.replace(/[^/?=&]+$/, () => encodeURIComponent(random.pick(VALUES)));
  }
}

const NAMES = ["limit", "cursor", "sort", "order", "search", "folder", "of", "name", "after", "type", "format"];
const OWN_NAMES = ["download", "signature", "expires", "version", "__proto__", "constructor", "toString", ""];

function parameter(random: SeededRandom): string {
  const value = random.pick(VALUES);
  return `${random.pick([...NAMES, ...OWN_NAMES])}=${random.chance(0.7) ? encodeURIComponent(value) : value}`;
}

function changedParameter(target: string, random: SeededRandom): string {
  const [path = "", query = ""] = target.split("?");
  const parameters = query === "" ? [parameter(random)] : query.split("&");
  const place = random.below(parameters.length);
  const other = parameters.map((one, index) => {
    if (index !== place) return one;
    const [name] = one.split("=");
    return random.chance(0.2) ? `${one}&${one}` : `${name}=${encodeURIComponent(random.pick(VALUES))}`;
  });
  return `${path}?${other.join("&")}`;
}

type Headers = WebRequest["headers"];

function changedHeaders(headers: Headers, random: SeededRandom): Headers {
  const place = random.below(Math.max(1, headers.length));
  const before = headers.slice(0, place);
  const rest = headers.slice(place);
  const [first] = rest;
  switch (random.below(7)) {
    case 0:
      return [...before, ...rest.slice(1)];
    case 1:
      return first ? [...before, first, ...rest] : before;
    case 2:
      return first ? [...before, [first[0], random.pick([...VALUES, ...WEIRD])], ...rest.slice(1)] : before;
    case 3: {
      const [name, value] = first ?? ["X", ""];
      const at = random.below(value.length + 1);
      return [...before, [name, value.slice(0, at) + random.pick(WEIRD) + value.slice(at)], ...rest.slice(1)];
    }
    default: {
      const [name, values] = random.pick(WEIRD_HEADERS);
      const value = random.chance(0.9) ? random.pick(values) : random.pick(VALUES);
      const kept = random.chance(0.5) ? headers.filter(([one]) => one !== name) : headers;
      return [...kept, [name, value]];
    }
  }
}

function withBody(request: WebRequest, random: SeededRandom): WebRequest {
  const [name, value, body] = random.pick([
    ["Content-Length", "5", "hello"],
    ["Content-Length", "500", "less than that"],
    ["Content-Length", "3", "more than that\r\n\r\nGET /files/empty HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
    ["Content-Length", "99999999999999999999", "x"],
    ["Content-Length", "-1", ""],
    ["Content-Length", "100000", "x".repeat(100_000)],
    ["Transfer-Encoding", "chunked", "5\r\nhello\r\n0\r\n\r\n"],
    ["Transfer-Encoding", "chunked", `3e8;${"x".repeat(900)}\r\n${"y".repeat(1000)}\r\n0\r\nTrailer: 1\r\n\r\n`],
    ["Transfer-Encoding", "chunked", "fffffffffffffffff\r\n"],
    ["Transfer-Encoding", "chunked", "zz\r\n"],
    ["Transfer-Encoding", "gzip, chunked", "0\r\n\r\n"],
    ["Transfer-Encoding", "xchunked", "0\r\n\r\n"],
    ["Content-Type", "application/xml", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"],
  ] as const);
  return { ...request, headers: [...request.headers, [name, value]], body };
}
