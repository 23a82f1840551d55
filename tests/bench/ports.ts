import { connect, createServer } from "node:net";

/** A port of loopback that nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Resolves once somebody listens on a port of loopback. */
export async function untilListening(port: number): Promise<void> {
  const until = performance.now() + 10_000;
  while (performance.now() < until) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (there) return;
    await Bun.sleep(20);
  }
  throw new Error(`nobody listens on port ${port}`);
}
