/** Programs that are not redes, known by the first bytes that they send. */

interface Sign {
  /** Of the first bytes as text, where bytes that are no ASCII stand as `<ff>`. */
  readonly pattern: RegExp;
  readonly what: string;
}

/** Bytes that are enough to tell. */
const ENOUGH = 64;

/** What answers whoever connects. */
const SERVERS: readonly Sign[] = [
  // The second as it answers a request that is none.
  { pattern: /^(HTTP\/\d|\s*<(!doctype|html|\?xml))/i, what: "an HTTP server" },
  { pattern: /^SSH-/, what: "an SSH server" },
  // A handshake, or an alert about what came instead of one.
  { pattern: /^<1[56]><03>/, what: "a TLS server" },
  { pattern: /^(220|421|554)[ -][^\r\n]*(smtp|mail)/i, what: "a mail server (SMTP)" },
  { pattern: /^220[ -]/, what: "an FTP or mail server" },
  { pattern: /^(-ERR|-NOAUTH|-DENIED)/, what: "a Redis server" },
  { pattern: /^\* (OK|BYE|PREAUTH)/, what: "a mail server (IMAP)" },
  { pattern: /^\+OK/, what: "a mail server (POP3)" },
  { pattern: /^RFB \d/, what: "a VNC server" },
  { pattern: /^E<00><00><00>/, what: "a PostgreSQL server" },
  { pattern: /^(.|<..>)<00><00><00>(\n|<ff>)/, what: "a MySQL server" },
  { pattern: /^AMQP/, what: "an AMQP broker" },
];

const HTTP_CLIENT: Sign = { pattern: /^[A-Z]{3,8} [^\r\n]/, what: "an HTTP client" };

/** Who connects. */
const CLIENTS: readonly Sign[] = [
  HTTP_CLIENT,
  { pattern: /^SSH-/, what: "an SSH client" },
  { pattern: /^<16><03>/, what: "a TLS client" },
];

/** What a server is that answers with these bytes; null where they do not tell. */
export function serverBehind(first: Uint8Array): string | null {
  return known(SERVERS, first)?.what ?? null;
}

/** What a client is that begins with these bytes; null where they do not tell. */
export function clientBehind(first: Uint8Array): string | null {
  return known(CLIENTS, first)?.what ?? null;
}

/** What whoever begins with these bytes is answered, by `own`, in its own language; null where there is nothing to say. */
export function answerTo(first: Uint8Array, own: string): Uint8Array | null {
  return known(CLIENTS, first) === HTTP_CLIENT ? Buffer.from(httpAnswer(own)) : null;
}

function known(signs: readonly Sign[], first: Uint8Array): Sign | undefined {
  const { buffer, byteOffset, length } = first;
  const bytes = Buffer.from(buffer, byteOffset, Math.min(length, ENOUGH)).toString("latin1");
  const text = bytes.replace(/[^ -~\r\n]/g, (byte) => `<${byte.charCodeAt(0).toString(16).padStart(2, "0")}>`);
  return signs.find(({ pattern }) => pattern.test(text));
}

function httpAnswer(own: string): string {
  const text = `This is a redes ${own}: it speaks its own protocol, not HTTP.\n`;
  const head = ["HTTP/1.1 400 Bad Request", "Content-Type: text/plain", `Content-Length: ${text.length}`];
  return [...head, "Connection: close", "", text].join("\r\n");
}
