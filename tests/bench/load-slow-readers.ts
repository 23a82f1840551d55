import { connect } from "node:net";
import { serveLoad } from "./load.ts";

export type SlowReadersRequest =
  | { readonly kind: "begin"; readonly port: number; readonly path: string; readonly count: number }
  | { readonly kind: "count" };

export interface SlowReadersReply {
  /** Readers whose connections are over. */
  readonly lost: number;
  /** What all have taken. */
  readonly bytes: number;
}

/** Milliseconds between two reads of one of them: about 100 kB/s. */
const PAUSE = 500;

let lost = 0;
let bytes = 0;

/** Takes what one event brings, and then nothing for a while. */
function readSlowly(port: number, path: string): void {
  const socket = connect(port, "127.0.0.1", () => {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  });
  socket.on("data", (data) => {
    bytes += data.length;
    socket.pause();
    setTimeout(() => socket.resume(), PAUSE);
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    lost += 1;
  });
}

serveLoad(async (request: SlowReadersRequest): Promise<SlowReadersReply> => {
  if (request.kind === "begin") for (let made = 0; made < request.count; made++) readSlowly(request.port, request.path);
  return { lost, bytes };
});
