import type { SocketEvents } from "../../../../../src/net/transport/network.ts";

/** For bytes that gather nowhere, as the reader of sockets does it: mostly a header, after which there is a place. */
const HEADER_BYTES = 128;
const STREAM_BYTES = 64 * 1024;

/**
 * Gives bytes to who receives them: in one call of `data`, or, as a reader of sockets that does without the event loop,
 * to where they gather. Ends when `goesOn` says that the connection is over.
 */
export function deliverBytes(events: SocketEvents, bytes: Uint8Array, gathers: boolean, goesOn: () => boolean): void {
  const { buffered: gather } = events;
  if (!gathers || gather === undefined) return events.data(bytes);
  let elsewhere = HEADER_BYTES;
  for (let done = 0; done < bytes.length && goesOn(); ) {
    const place = gather.nextBuffer();
    const next = bytes.subarray(done, done + (place?.length ?? elsewhere));
    done += next.length;
    if (place === null) {
      elsewhere = next.length === elsewhere ? STREAM_BYTES : HEADER_BYTES;
      events.data(next);
    } else {
      place.set(next);
      gather.bufferFilled(next.length);
      elsewhere = HEADER_BYTES;
    }
  }
}
