/** What all test processes of this machine share: none of the ports that the system gives to outgoing connections. */
const [FIRST_PORT, PORTS] = [12_000, 20_000];
/** Test processes that run beside each other with ports of their own each; `bun test --parallel` counts them from 1. */
const MOST_PROCESSES = 40;
const PORTS_EACH = PORTS / MOST_PROCESSES;
const OWN_FIRST = FIRST_PORT + PORTS_EACH * (Number(process.env.BUN_TEST_WORKER_ID ?? 0) % MOST_PROCESSES);

/** One after the other, or two that are given before their servers listen could be the same. */
let next = Math.floor(Math.random() * PORTS_EACH);

/** A port of 127.0.0.1 that is free, and stays free while its server is not there yet, or down. */
export function lastingPort(): number {
  for (;;) {
    const port = OWN_FIRST + (next++ % PORTS_EACH);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Somebody has it; the next one.
    }
  }
}
