import { openSync, readFileSync, readSync } from "node:fs";
import type { Socket, TLSOptions } from "bun";

/**
 * `bun floor-server.ts FILE [PEM]`: sends whoever connects the part of a file that he asks for, as `FROM TO`, with Bun's sockets
 * and nothing else; with the key and certificate in PEM over TLS 1.3. Prints its port.
 */
const [file = "", pem] = process.argv.slice(2);

interface Part {
  at: number;
  readonly end: number;
}

const fd = openSync(file, "r");
/** As much as a secondary reads at once for TLS. */
const buffer = new Uint8Array(256 * 1024);

function send(socket: Socket<Part | null>): void {
  const part = socket.data;
  while (part && part.at < part.end) {
    const read = readSync(fd, buffer, 0, Math.min(buffer.length, part.end - part.at), part.at);
    const written = Math.max(0, socket.write(buffer.subarray(0, read)));
    part.at += written;
    if (written < read) return;
  }
}

/** The types of Bun leave out the version. */
function tls(path: string): TLSOptions & { readonly minVersion: number } {
  const text = readFileSync(path, "utf8");
  return { key: text, cert: text, minVersion: 0x0304 };
}

const server = Bun.listen<Part | null>({
  hostname: "127.0.0.1",
  port: 0,
  data: null,
  ...(pem && { tls: tls(pem) }),
  socket: {
    open: (socket) => void socket.setNoDelay(true),
    data(socket, bytes) {
      const [from = 0, to = 0] = new TextDecoder().decode(bytes).split(" ").map(Number);
      socket.data = { at: from, end: to };
      send(socket);
    },
    drain: send,
  },
});
process.stdout.write(`${server.port}\n`);
