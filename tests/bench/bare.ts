import { closeSync, openSync, writeSync } from "node:fs";

/**
 * `bun bare.ts OUTPUT SIZE URL...`: fetches an equal part of a file from each URL on one thread and writes it as it
 * comes: what receiving and writing alone cost, for nothing is verified, resumed or balanced.
 */
const [output = "", size = "", ...urls] = process.argv.slice(2);
const fd = openSync(output, "w");
const part = Math.ceil(Number(size) / urls.length);

function fetchPart(url: URL, from: number, to: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let position = from;
  let head: Buffer | null = Buffer.alloc(0);
  const take = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(fd, bytes, done, bytes.length - done, position + done);
    }
    position += bytes.length;
    if (position === to) resolve();
  };
  Bun.connect({
    hostname: url.hostname,
    port: Number(url.port),
    socket: {
      open(socket) {
        socket.write(`GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nRange: bytes=${from}-${to - 1}\r\n\r\n`);
      },
      data(_socket, bytes) {
        if (!head) return take(bytes);
        head = Buffer.concat([head, bytes]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        const rest = head.subarray(end + 4);
        head = null;
        take(rest);
      },
      error: (_socket, error) => reject(error),
      close: () => reject(new Error(`${url} ended early`)),
    },
  }).catch(reject);
  return promise;
}

await Promise.all(
  urls.map((url, index) => fetchPart(new URL(url), index * part, Math.min(Number(size), (index + 1) * part))),
);
closeSync(fd);
process.exit(0);
