import { expect, test } from "bun:test";
import type { Channel, CloseReason } from "../../src/net/session/channel.ts";
import { openChannel } from "../../src/net/session/open-channel.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes, textOf } from "../support/files.ts";

const NAMES = Array.from({ length: 300 }, (_, index) => `many/f${index}`);

test.each([64, 128, 256])("with %i descriptors each, servers copy and a client gets 300 files", async (descriptors) => {
  await using cluster = await Cluster.inStep({ descriptors }, (folder) => {
    put(folder(1), "big.bin", randomBytes(32 * MIB));
    for (const name of NAMES) put(folder(1), name, name);
  });
  const dir = cluster.downloads();
  const { code, results } = await cluster.get(["big.bin", ...NAMES], { dir });
  expect([code, results.length]).toEqual([0, 301]);
  expect(NAMES.filter((name) => textOf(dir, name) !== name)).toEqual([]);
});

test("too few descriptors to work with are reported at once", async () => {
  await using cluster = new Cluster();
  cluster.descriptors = 24;
  const get = cluster.client(["get", "a"]);
  expect(await get.exited).toBe(1);
  expect(get.err.all).toEqual(["redes: only 24 files may be open at once (ulimit -n): a client needs at least 28"]);
});

test("connections beyond the bound are refused with a reason and few log lines, and leave room for others", async () => {
  await using cluster = await Cluster.inStep({ count: 1, descriptors: 64 }, (folder) => put(folder(1), "a", "a"));
  cluster.descriptors = undefined;
  const network = tcpNetwork(systemClock);
  const channels: Channel[] = [];
  const reasons: (CloseReason | "at once")[] = [];
  const address = { host: "127.0.0.1", port: cluster.centralPort };
  const options = {
    clock: systemClock,
    role: "client",
    side: "connects",
    expected: { role: "central", address },
    heartbeat: { pingAfterMs: 1000, deadAfterMs: 60_000 },
  } as const;
  const connect = () =>
    network.connect(
      address,
      (socket) => {
        const closed = (reason: CloseReason) => void reasons.push(reason);
        const channel = openChannel(socket, options, { greeted() {}, message() {}, closed });
        channels.push(channel);
        return channel.socketEvents;
      },
      { role: "central" },
    );
  // One that is refused at once may not even be seen as made.
  for (let count = 0; count < 80; count++) await connect().catch(() => reasons.push("at once"));
  await cluster.until("many are refused", async () => reasons.length >= 40);
  expect(reasons.some((reason) => reason !== "at once" && reason.error?.code === "busy")).toBe(true);
  expect(cluster.central.count("connections")).toBeGreaterThan(0);
  expect(cluster.central.count("connections")).toBeLessThanOrEqual(20);
  for (const channel of channels) channel.close({ cause: "lost", message: "the test is over" });
  expect((await cluster.get(["a"])).code).toBe(0);
});
