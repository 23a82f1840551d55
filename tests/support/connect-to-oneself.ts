import { ConnectError } from "../../src/net/transport/network.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";

/** Connects to a dead port that is the only one for outgoing connections. Prints what came of each try. */
const [host = "127.0.0.1", port = "0", tries = "1"] = process.argv.slice(2);
for (let count = 0; count < Number(tries); count++) {
  const outcome = await tcpNetwork(systemClock)
    .connect({ host, port: Number(port) }, () => ({ data() {}, drained() {}, closed() {} }), { role: "central" })
    .then(
      () => "connected",
      (error: unknown) => (error instanceof ConnectError ? error.failure : String(error)),
    );
  process.stdout.write(`${outcome}\n`);
}
// A server could not listen there if anything were left.
tcpNetwork(systemClock)
  .listen({ host, port: Number(port) }, () => ({ data() {}, drained() {}, closed() {} }))
  .stop();
process.stdout.write("listened\n");
