import * as v from "valibot";
import { ProtocolError } from "../errors.ts";
import { printable } from "../fields.ts";
import { clientMessages } from "./client.ts";
import { dataMessages } from "./data.ts";
import { digestMessages } from "./digests.ts";
import { figureMessages } from "./figures.ts";
import { keptMessages } from "./kept.ts";
import { keyMessages } from "./keys.ts";
import { orderMessages } from "./orders.ts";
import { secondaryMessages } from "./secondary.ts";
import { sessionMessages } from "./session.ts";
import { uploadMessages } from "./uploads.ts";

/** The version of the protocol that this program speaks. */
export const PROTOCOL_VERSION = 7;

export const schemas = {
  ...sessionMessages,
  ...secondaryMessages,
  ...keptMessages,
  ...digestMessages,
  ...figureMessages,
  ...keyMessages,
  ...clientMessages,
  ...orderMessages,
  ...dataMessages,
  ...uploadMessages,
};

export type MessageType = keyof typeof schemas;
export type Messages = { [Type in MessageType]: v.InferOutput<(typeof schemas)[Type]> };
/** Everything that can cross the wire. */
export type Message = Messages[MessageType];

/** Bytes that follow the header of `message`. */
export function payloadLength(message: Message): number {
  return "payload" in message ? message.payload : 0;
}

function isType(type: unknown): type is MessageType {
  return typeof type === "string" && Object.hasOwn(schemas, type);
}

/** The message in an unpacked header. Throws {@link ProtocolError}, which names the field that is wrong. */
export function validate(header: unknown): Message {
  const type = typeof header === "object" && header !== null && "type" in header ? header.type : undefined;
  if (!isType(type)) {
    const shown = typeof type === "string" ? `"${printable(type).slice(0, 60)}"` : `of ${typeof type}`;
    throw new ProtocolError(`unknown message type ${shown}`);
  }
  const result = v.safeParse(schemas[type], header, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw new ProtocolError(`${type}: ${v.getDotPath(issue) ?? "message"}: ${printable(issue.message).slice(0, 200)}`);
}
