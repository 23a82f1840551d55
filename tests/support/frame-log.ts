import { FrameDecoder } from "../../src/protocol/frames.ts";
import type { Message } from "../../src/protocol/messages/messages.ts";

export interface Frame {
  readonly message: Message;
  readonly payload: Uint8Array;
}

/** What a decoder makes of the parts of a stream; throws what it throws. */
export function decodeParts(parts: Iterable<Uint8Array>): Frame[] {
  const frames: { message: Message; chunks: Uint8Array[] }[] = [];
  const decoder = new FrameDecoder({
    message: (message) => frames.push({ message, chunks: [] }),
    payload(message, bytes, left) {
      const last = frames.at(-1);
      if (!last || last.message !== message) throw new Error("a payload of another message");
      if (bytes.length === 0) throw new Error("an empty part of a payload");
      last.chunks.push(bytes.slice());
      const done = last.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      const whole = "payload" in message ? message.payload : 0;
      if (done + left !== whole) throw new Error(`${done} bytes are here and ${left} to come, of ${whole}`);
    },
  });
  for (const part of parts) decoder.push(part);
  return frames.map(({ message, chunks }) => ({ message, payload: new Uint8Array(Buffer.concat(chunks)) }));
}
