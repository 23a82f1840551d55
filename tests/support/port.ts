/**
 * A port of 127.0.0.1 that is free, and stays free while its server is down: none of those that the system gives to
 * outgoing connections.
 */
export function lastingPort(): number {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Somebody has it; the next one.
    }
  }
}
