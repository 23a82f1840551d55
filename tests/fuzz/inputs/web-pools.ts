/** What stands where something else should, in requests over HTTP. Text as latin1. */

/** Parts of texts that mean something to somebody on the way. */
export const WEIRD: readonly string[] = [
  ...[
    "%",
    "%zz",
    "%00",
    "%ff",
    "%c0%af",
    "%2e%2e%2f",
    "%0d%0aX-Bad:%201",
    "%25",
    "%F0%9F%98%80",
    "%ED%A0%80",
    "%EF%BF%BE",
  ],
  ...[
    "..",
    "/../",
    "//",
    "\\",
    "?",
    "#",
    "&",
    "=",
    ";",
    "+",
    " ",
    "\t",
    "\0",
    "\x7f",
    "\xff",
    "\xc3\xb1",
    "\r",
    "\n",
    "\r\n",
  ],
  ...["\r\n ", "\r\nX-Bad: 1", "{signed}", "{stale}", "[", "]", "|", "^", "`", '"', "<script>", "a".repeat(5000)],
];

const CURSORS = [
  ...['[null,"film.mkv"]', '[1,"x"]', '[1e999,"x"]', '[-0,""]', '[null,"\\ud800"]', '[null,"\\u0000"]', "[null]", "{}"],
  ...["[".repeat(3000), '["1","x"]', "[null,null]", `[null,"${"x".repeat(5000)}"]`, '[9e15,"film.mkv"]', "null"],
].map((text) => Buffer.from(text).toString("base64url"));

/** What a parameter or header may say. */
export const VALUES: readonly string[] = [
  ...[
    "",
    "0",
    "1",
    "-1",
    "1000",
    "1001",
    "1e3",
    "0x10",
    "1.5",
    "NaN",
    "Infinity",
    "9007199254740993",
    "1e400",
    " 5",
    "٣",
  ],
  ...[
    "name",
    "size",
    "modified",
    "holders",
    "asc",
    "desc",
    "files",
    "clients",
    "json",
    "serving",
    "accusations",
    "run-1",
  ],
  ...[
    "film.mkv",
    "folder",
    "folder/",
    "a b",
    "é",
    "\0",
    "__proto__",
    "x".repeat(1025),
    "x".repeat(9000),
    "%",
    "_",
    "'",
    "*",
  ],
  ...["null", "undefined", "true", "[object Object]", "\ud83d\ude00"],
  ...CURSORS,
].map(latin1);

/** How a program begins a connection with TLS 1.3: the record of its ClientHello, as it was sent once. */
export const CLIENT_HELLO: Uint8Array = new Uint8Array(
  Buffer.from(
    [
      "FgMBAOkBAADlAwNGGm7J+bdK/DicH2y9o/1Uhy0FGz8RXyc8JcPu64CQKyBAcQKAY9txiOembiqmV0+pJJ+FU39HZJusKxrvC87h9AAIEwETAhMD",
      "wC8BAACUAAAADgAMAAAJbG9jYWxob3N0ABcAAP8BAAEAAAoABAACAB0ACwACAQAAIwAAABAADgAMAmgyCGh0dHAvMS4xAA0AGAAWBAMIBAQBBQMI",
      "BQUBCAYGAQgHBgMCAQAzACYAJAAdACCz9wv/wU7GrDbSMSeBKsPc2LBTNYrYMR2051Wc5POlTgAtAAIBAQArAAUEAwQDAw==",
    ].join(""),
    "base64",
  ),
);

const ID = "1".repeat(64);
const DATES = ["Tue, 14 Nov 2023 22:13:20 GMT", "Tuesday, 14-Nov-23 22:13:20 GMT", "Tue Nov 14 22:13:20 2023"];
const NO_DATES = [
  "Tue, 99 Nov 2023 22:13:20 GMT",
  "now",
  "Thu, 01 Jan 1970 00:00:00 GMT",
  "Fri, 31 Dec 9999 23:59:59 GMT",
];
const TAGS = ["*", `"${ID}"`, `W/"${ID}"`, '"', '"",""', `${'"a",'.repeat(500)}"${ID}"`, "W/", `"${ID}`, ID];
const BASIC = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

/** Headers that something depends on, and what they may say. */
export const WEIRD_HEADERS: readonly (readonly [name: string, values: readonly string[]])[] = [
  [
    "Range",
    [
      ...["bytes=0-", "bytes=-0", "bytes=-1", "bytes=1-0", "bytes=0-0,5-6", "bytes=25165823-", "bytes=25165824-"],
      ...[
        "bytes=-25165825",
        "bytes=9007199254740993-",
        `bytes=0-${"9".repeat(400)}`,
        "bytes=a-b",
        "bytes",
        "BYTES = 1-2",
      ],
      ...[`bytes=${"0-1,".repeat(1000)}0-1`, "bytes=--1", "bytes=0x1-2", "items=0-1", "bytes=0-1;x", "bytes=99-99"],
    ],
  ],
  ["If-Range", [...TAGS, ...DATES, ...NO_DATES]],
  ["If-None-Match", TAGS],
  ["If-Match", TAGS],
  ["If-Modified-Since", [...DATES, ...NO_DATES]],
  ["If-Unmodified-Since", [...DATES, ...NO_DATES]],
  [
    "Accept",
    [
      "application/json",
      "application/metalink4+xml;q=0",
      "application/metalink4+xml",
      "*/*",
      ";;;,,,",
      ",".repeat(8000),
    ],
  ],
  ["Depth", ["0", "1", "infinity", "2", "-1", "", "0,1"]],
  ["Last-Event-ID", ["run-1", "", "x".repeat(9000), "\xff"]],
  [
    "Authorization",
    [
      ...[
        "Bearer {token}",
        "Bearer {admin}",
        "Bearer {foreign}",
        "Bearer",
        "Bearer a.b.c",
        "bearer  {token}",
        "Basic",
        "Basic =",
      ],
      ...[BASIC("a:b"), BASIC(":"), BASIC(""), "Digest x", "Bearer {token} {token}", "Bearer eyJhbGciOiJub25lIn0.e30."],
      ...["Bearer eyJhbGciOiJFZERTQSIsIng1YyI6WyJBQSJdfQ.e30.AA", "Bearer eyJhbGciOiJFZERTQSIsIng1YyI6bnVsbH0.e30.AA"],
      ...[`Bearer ${".".repeat(5000)}`, "Bearer W10.W10.W10", "Bearer bnVsbA.bnVsbA.bnVsbA"],
    ],
  ],
  [
    "Host",
    [
      ...[
        "localhost",
        "evil.example",
        "127.0.0.1:1",
        "127.0.0.1:99999",
        "[::1]",
        "[::1",
        "::1",
        "",
        "a@127.0.0.1",
        "0x7f.1",
      ],
      ...[
        "127.0.0.1.",
        "127.1",
        "2130706433",
        "localhost.",
        "127.0.0.1/x",
        "127.0.0.1?x",
        "127.0.0.1#x",
        "%31",
        "[fe80::1%25lo]",
      ],
      ...["localhost:", "localhost:0", "LOCALHOST", "*", "a,b", "localhost localhost", "\xc3\xb1", "127.0.0.1\\x"],
    ],
  ],
  ["Origin", ["null", "http://127.0.0.1", "http://evil.example", "::", ""]],
  ["Connection", ["close", "keep-alive", "Upgrade", "Range, Authorization", ",", "close, keep-alive"]],
  ["Upgrade", ["websocket", "h2c", "TLS/1.0"]],
  ["Expect", ["100-continue", "200-ok", ""]],
  ["Content-Length", ["0", "1", "00", "+1", "1,1", "1 1", "0x1", "65537"]],
  ["Transfer-Encoding", ["chunked", "identity", "Chunked", "chunked, chunked", " chunked", "\tchunked", ""]],
  ["Cookie", ["a=b", "x".repeat(15_000)]],
  ["Accept-Encoding", ["gzip, br, zstd", "identity;q=0"]],
  ["Accept-Language", ["es-ES, es;q=0.9", "*;q=0, es;q=0.001", "es;q=9, ;q=,,"]],
  ["Keep-Alive", ["timeout=0", "timeout=-1, max=0"]],
  ["Sec-WebSocket-Key", ["dGhlIHNhbXBsZSBub25jZQ=="]],
  ["HTTP2-Settings", ["AAMAAABkAARAAAAAAAIAAAAA"]],
  ["__proto__", ["x"]],
  ["X Bad", ["x"]],
  ["", ["x"]],
  [`X-${"y".repeat(3000)}`, ["z".repeat(3000)]],
];

function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
