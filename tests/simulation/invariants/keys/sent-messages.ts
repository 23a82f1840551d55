import { FrameDecoder } from "../../../../src/protocol/frames.ts";
import type { MessageType } from "../../../../src/protocol/messages/messages.ts";
import type { WriteWatcher } from "../../world/network/tls/secured-end.ts";

/** Tells of each message that is sent, from the first one on. */
export function sentMessages(sent: (type: MessageType) => void): WriteWatcher {
  const decoder = new FrameDecoder({
    message: ({ type }) => sent(type),
    payloadBuffer: () => null,
    payload: () => {},
  });
  return (bytes) => decoder.push(bytes);
}
