import * as v from "valibot";
import { decode, encode, PREFIX_BYTES } from "../../../src/protocol/codec.ts";
import { ProtocolError } from "../../../src/protocol/errors.ts";
import { FrameDecoder } from "../../../src/protocol/frames.ts";
import { MAX_HEADER_BYTES } from "../../../src/protocol/limits.ts";
import { type Message, type MessageType, payloadLength, schemas } from "../../../src/protocol/messages/messages.ts";
import type { Frame } from "../../support/frame-log.ts";
import type { Material } from "../inputs/draft.ts";
import type { Input } from "../inputs/input.ts";
import { NotAHeader, referenceDecode } from "../inputs/reference-decoder.ts";
import type { Target } from "./target.ts";

/** A stream as frames, up to where it is refused. */
interface Understood {
  readonly frames: readonly Frame[];
  readonly refused: boolean;
}

/** The frame decoder and the codec, compared with a reference that does the same by the words of the specification. */
export class DecoderTarget implements Target {
  readonly name = "decoder";
  readonly maxSenders = 1;

  constructor(readonly material: Material) {}

  run({ senders }: Input): string[] {
    const parts = senders.flatMap((sender) => sender.parts.map(({ bytes }) => bytes));
    const whole = joined(parts);
    const expected = understand(whole);
    const wanted = textOf(expected.frames);
    const found: string[] = [];
    for (const pieces of parts.length > 1 ? [parts, [whole]] : [parts]) {
      const how = pieces === parts ? "in parts" : "at once";
      const { frames, refused, fault } = decoded(pieces);
      if (fault) found.push(`${how}: ${fault}`);
      else if (refused !== expected.refused) {
        found.push(`${how}: ${refused ? "refused" : "taken"}, unlike the specification says`);
      } else if (textOf(frames) !== wanted) {
        found.push(`${how}: understood differently than the specification says`);
      }
    }
    for (const { message } of expected.frames) found.push(...roundTrip(message));
    return found;
  }
}

/** What the decoder makes of a stream that comes in these parts. `fault`: what it must never do. */
function decoded(parts: Iterable<Uint8Array>): Understood & { readonly fault: string | null } {
  const frames: Frame[] = [];
  const decoder = new FrameDecoder({
    message: (message) => void frames.push({ message, payload: new Uint8Array(0) }),
    payload(message, bytes, left) {
      const last = frames.pop();
      const payload = joined(last?.payload.length ? [last.payload, bytes] : [bytes.slice()]);
      if (last?.message !== message || payload.length + left !== payloadLength(message)) {
        throw new Error("a payload is not that of its message");
      }
      frames.push({ message, payload });
    },
  });
  try {
    for (const part of parts) decoder.push(part);
    return { frames, refused: false, fault: null };
  } catch (error) {
    return { frames, refused: true, fault: error instanceof ProtocolError ? null : `threw ${String(error)}` };
  }
}

/** All that frames say: two that mean the same give the same text, as -0 and 0 are the same to every reader. */
function textOf(frames: readonly Frame[]): string {
  return frames
    .map(({ message, payload }) => JSON.stringify(message) + Buffer.from(payload).toString("latin1"))
    .join("\n");
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return only && parts.length === 1 ? only : new Uint8Array(Buffer.concat(parts));
}

/** The frames of a stream by the specification. One that is not whole is no frame. */
function understand(bytes: Uint8Array): Understood {
  const frames: Frame[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let place = 0; ; ) {
    if (bytes.length - place < PREFIX_BYTES) return { frames, refused: false };
    const length = view.getUint32(place);
    if (length === 0 || length > MAX_HEADER_BYTES) return { frames, refused: true };
    place += PREFIX_BYTES;
    if (bytes.length - place < length) return { frames, refused: false };
    const message = referenceMessage(bytes.subarray(place, place + length));
    if (!message) return { frames, refused: true };
    place += length;
    const payload = bytes.slice(place, place + payloadLength(message));
    frames.push({ message, payload });
    place += payload.length;
  }
}

/** The message of a header by the specification; null where it is none. */
function referenceMessage(header: Uint8Array): Message | null {
  try {
    const value = referenceDecode(header) as { readonly type?: unknown };
    const { type } = value;
    if (typeof type !== "string" || !Object.hasOwn(schemas, type)) return null;
    const result = v.safeParse(schemas[type as MessageType], value);
    return result.success ? result.output : null;
  } catch (error) {
    if (error instanceof NotAHeader) return null;
    throw error;
  }
}

/** What is taken can be sent on, and means the same there. */
function roundTrip(message: Message): string[] {
  const again = decode(encode(message).subarray(PREFIX_BYTES));
  return JSON.stringify(again) === JSON.stringify(message)
    ? []
    : [`${message.type} is another message when it is sent on`];
}
