import { Packr } from "msgpackr/pack";
import { Unpackr } from "msgpackr/unpack";
import { bytesEqual } from "../platform/hash.ts";
import { ProtocolError } from "./errors.ts";
import { MAX_HEADER_BYTES } from "./limits.ts";
import { type Message, type Messages, validate } from "./messages/messages.ts";
import { checkShape } from "./shape.ts";

const options = { useRecords: false, variableMapSize: true, int64AsType: "number" } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

/** Bytes of a frame before its header. */
export const PREFIX_BYTES = 4;

/** Encoded once: a server with thousands of sessions sends and receives thousands of them per second. */
const HEARTBEATS = (["ping", "pong"] as const).map((type) => {
  const frame = pack({ type });
  return { message: { type }, frame, header: frame.subarray(PREFIX_BYTES) };
});

/** The frame of `message`, without the payload. The bytes must not be changed: other messages may share them. */
export function encode(message: Message): Uint8Array {
  return HEARTBEATS.find(({ message: { type } }) => type === message.type)?.frame ?? pack(message);
}

/**
 * The frame of `hello`, with an additional last field that redes ignores: an empty line. Servers that read lines, such as
 * HTTP servers, answer to it at once, and their answer tells what they are. Without it they would wait for more.
 */
export function encodeHello(hello: Messages["hello"]): Uint8Array {
  const line = "\r\n\r\n";
  return pack<Messages["hello"] & { line: string }>({ ...hello, line });
}

function pack<T extends Message>(message: T): Uint8Array {
  const header = packr.pack(message);
  if (header.length > MAX_HEADER_BYTES) throw new RangeError(`${message.type}: a header of ${header.length} bytes`);
  const frame = new Uint8Array(PREFIX_BYTES + header.length);
  new DataView(frame.buffer).setUint32(0, header.length);
  frame.set(header, PREFIX_BYTES);
  return frame;
}

/** The message in the bytes of a header. Throws {@link ProtocolError}. */
export function decode(header: Uint8Array): Message {
  const heartbeat = HEARTBEATS.find((one) => bytesEqual(one.header, header));
  if (heartbeat) return heartbeat.message;
  checkShape(header);
  let value: unknown;
  try {
    value = unpackr.unpack(header);
  } catch {
    // Any error of msgpackr is the fault of the peer.
    throw new ProtocolError("a header that is not valid MessagePack");
  }
  return validate(value);
}
