import { type Sentence, say } from "../../sentences/sentence.ts";

/** Programs that are not redes, known by the first bytes that they send. */

interface Signature {
  /** Matches the first bytes as text. Bytes that are not printable ASCII are written as `<ff>`. */
  readonly pattern: RegExp;
  readonly what: Sentence;
}

/** Each of the patterns needs fewer bytes than this. */
const MAX_SNIFFED_BYTES = 64;

export const TLS_SERVER = say("a TLS server");

/** Servers, by the first bytes of their answer to `hello`. */
const SERVER_SIGNATURES: readonly Signature[] = [
  // The second alternative is the body of an answer to a request that is not HTTP.
  { pattern: /^(HTTP\/\d|\s*<(!doctype|html|\?xml))/i, what: say("an HTTP server") },
  { pattern: /^SSH-/, what: say("an SSH server") },
  // A handshake, or an alert because something else came.
  { pattern: /^<1[56]><03>/, what: TLS_SERVER },
  { pattern: /^(220|421|554)[ -][^\r\n]*(smtp|mail)/i, what: say("a mail server (SMTP)") },
  { pattern: /^220[ -]/, what: say("an FTP or mail server") },
  { pattern: /^(-ERR|-NOAUTH|-DENIED)/, what: say("a Redis server") },
  { pattern: /^\* (OK|BYE|PREAUTH)/, what: say("a mail server (IMAP)") },
  { pattern: /^\+OK/, what: say("a mail server (POP3)") },
  { pattern: /^RFB \d/, what: say("a VNC server") },
  { pattern: /^E<00><00><00>/, what: say("a PostgreSQL server") },
  { pattern: /^(.|<..>)<00><00><00>(\n|<ff>)/, what: say("a MySQL server") },
  { pattern: /^AMQP/, what: say("an AMQP broker") },
];

const HTTP_CLIENT_SIGNATURE: Signature = { pattern: /^[A-Z]{3,8} [^\r\n]/, what: say("an HTTP client") };

const TLS_CLIENT_SIGNATURE: Signature = { pattern: /^<16><03>/, what: say("a TLS client") };

/** Clients, by the first bytes that they send. */
const CLIENT_SIGNATURES: readonly Signature[] = [
  HTTP_CLIENT_SIGNATURE,
  { pattern: /^SSH-/, what: say("an SSH client") },
  TLS_CLIENT_SIGNATURE,
];

/** The first bytes of a connection, as many as programs are known by: `bytes` come after `earlier`. */
export function firstBytes(earlier: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (earlier.length === MAX_SNIFFED_BYTES) return earlier;
  return Buffer.concat([earlier, bytes.subarray(0, MAX_SNIFFED_BYTES - earlier.length)]);
}

/** The kind of server that answers with these bytes; null when it is unknown. */
export function identifyServer(first: Uint8Array): Sentence | null {
  return matchSignature(SERVER_SIGNATURES, first)?.what ?? null;
}

/** The kind of client that begins with these bytes; null when it is unknown. */
export function identifyClient(first: Uint8Array): Sentence | null {
  return matchSignature(CLIENT_SIGNATURES, first)?.what ?? null;
}

/** An answer in the protocol of a client that begins with these bytes; null when there is none. `own`: the role of this end. */
export function foreignReply(first: Uint8Array, own: string): Uint8Array | null {
  const signature = matchSignature(CLIENT_SIGNATURES, first);
  if (signature === HTTP_CLIENT_SIGNATURE) return Buffer.from(httpAnswer(own));
  // Whatever is no TLS tells such a client that it is understood by nobody here.
  return signature === TLS_CLIENT_SIGNATURE ? Buffer.from(`This is a redes ${own} without a key.\n`) : null;
}

function matchSignature(signatures: readonly Signature[], first: Uint8Array): Signature | undefined {
  const { buffer, byteOffset, length } = first;
  const bytes = Buffer.from(buffer, byteOffset, Math.min(length, MAX_SNIFFED_BYTES)).toString("latin1");
  const text = bytes.replace(/[^ -~\r\n]/g, (byte) => `<${byte.charCodeAt(0).toString(16).padStart(2, "0")}>`);
  return signatures.find(({ pattern }) => pattern.test(text));
}

function httpAnswer(own: string): string {
  const text = `This is a redes ${own}: it speaks its own protocol, not HTTP.\n`;
  const head = ["HTTP/1.1 400 Bad Request", "Content-Type: text/plain", `Content-Length: ${text.length}`];
  return [...head, "Connection: close", "", text].join("\r\n");
}
