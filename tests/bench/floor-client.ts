import { closeSync, openSync } from "node:fs";
import { availableParallelism } from "node:os";
import { systemClock } from "../../src/platform/clock.ts";
import { systemBlockingDisk } from "../../src/platform/disk/system-blocking-disk.ts";
import { hash } from "../../src/platform/hash.ts";
import { BufferedWrites } from "../../src/transfer/connection/writing/buffered-writes.ts";

declare const self: Worker;

/**
 * `bun floor-client.ts OUTPUT SIZE plain|tls PORT...`: takes an equal part of a file from the server at each port, on as many
 * threads as there are cores, as redes does, hashes each MiB and writes it: what no program with Bun's sockets does without.
 */
const MIB = 1024 ** 2;
const [output = "", size = "", way = "", ...ports] = process.argv.slice(2);
const threads = Math.min(ports.length, availableParallelism());

/** What a thread takes, from one server. */
interface Part {
  readonly port: number;
  readonly from: number;
  readonly to: number;
}

/** Resolves when all of it is written. */
function take(fd: number, { port, from, to }: Part): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const disk = new BufferedWrites(systemBlockingDisk, systemClock);
  const piece = new Uint8Array(MIB);
  let filled = 0;
  let at = from;
  const gather = (bytes: Uint8Array) => {
    const part = bytes.subarray(0, piece.length - filled);
    piece.set(part, filled);
    filled += part.length;
    if (filled === piece.length) {
      hash(piece);
      disk.write(fd, piece, at);
      at += filled;
      filled = 0;
    }
    if (part.length < bytes.length) gather(bytes.subarray(part.length));
  };
  const ask = (socket: Bun.Socket) => void socket.write(`${from} ${to}`);
  Bun.connect({
    hostname: "127.0.0.1",
    port,
    ...(way === "tls" && { tls: { rejectUnauthorized: false } }),
    socket: {
      open(socket) {
        if (way === "plain") ask(socket);
      },
      handshake: ask,
      data(_socket, bytes) {
        gather(bytes);
        // As redes does it: otherwise the garbage collector would come for it much later.
        if (bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
        if (at === to) resolve();
      },
      error: (_socket, error) => reject(error),
      close: () => reject(new Error(`port ${port} ended early`)),
    },
  }).catch(reject);
  return promise;
}

if (Bun.isMainThread) {
  closeSync(openSync(output, "w"));
  const share = Math.ceil(Number(size) / ports.length / MIB) * MIB;
  const workers = Array.from({ length: threads }, () => new Worker(import.meta.url, { argv: process.argv.slice(2) }));
  let left = ports.length;
  for (const worker of workers) {
    worker.onmessage = () => {
      left -= 1;
      if (left === 0) process.exit(0);
    };
    worker.onerror = ({ message }) => {
      process.stderr.write(`${message}\n`);
      process.exit(1);
    };
  }
  for (const [index, port] of ports.entries()) {
    const part: Part = { port: Number(port), from: index * share, to: Math.min(Number(size), (index + 1) * share) };
    workers[index % threads]?.postMessage(part);
  }
} else {
  const fd = openSync(output, "r+");
  self.onmessage = async ({ data }: { data: Part }) => {
    await take(fd, data);
    postMessage("done");
  };
}
