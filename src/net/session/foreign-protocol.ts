/** Programs that are not redes, known by the first bytes that they send. */

interface Signature {
  /** Of the first bytes as text, where bytes that are no ASCII stand as `<ff>`. */
  readonly pattern: RegExp;
  readonly what: string;
}

/** Bytes that are enough to tell. */
const MAX_SNIFFED_BYTES = 64;

/** What answers whoever connects. */
const SERVER_SIGNATURES: readonly Signature[] = [
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

const HTTP_CLIENT_SIGNATURE: Signature = { pattern: /^[A-Z]{3,8} [^\r\n]/, what: "an HTTP client" };

/** Who connects. */
const CLIENT_SIGNATURES: readonly Signature[] = [
  HTTP_CLIENT_SIGNATURE,
  { pattern: /^SSH-/, what: "an SSH client" },
  { pattern: /^<16><03>/, what: "a TLS client" },
];

/** What a server is that answers with these bytes; null where they do not tell. */
export function identifyServer(first: Uint8Array): string | null {
  return matchSignature(SERVER_SIGNATURES, first)?.what ?? null;
}

/** What a client is that begins with these bytes; null where they do not tell. */
export function identifyClient(first: Uint8Array): string | null {
  return matchSignature(CLIENT_SIGNATURES, first)?.what ?? null;
}

/** What whoever begins with these bytes is answered, by `own`, in its own language; null where there is nothing to say. */
export function foreignReply(first: Uint8Array, own: string): Uint8Array | null {
  return matchSignature(CLIENT_SIGNATURES, first) === HTTP_CLIENT_SIGNATURE ? Buffer.from(httpAnswer(own)) : null;
}

function matchSignature(signs: readonly Signature[], first: Uint8Array): Signature | undefined {
  const { buffer, byteOffset, length } = first;
  const bytes = Buffer.from(buffer, byteOffset, Math.min(length, MAX_SNIFFED_BYTES)).toString("latin1");
  const text = bytes.replace(/[^ -~\r\n]/g, (byte) => `<${byte.charCodeAt(0).toString(16).padStart(2, "0")}>`);
  return signs.find(({ pattern }) => pattern.test(text));
}

function httpAnswer(own: string): string {
  const text = `This is a redes ${own}: it speaks its own protocol, not HTTP.\n`;
  const head = ["HTTP/1.1 400 Bad Request", "Content-Type: text/plain", `Content-Length: ${text.length}`];
  return [...head, "Connection: close", "", text].join("\r\n");
}
