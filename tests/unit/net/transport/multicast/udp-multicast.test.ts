import { expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import type { Address } from "../../../../../src/net/address/address.ts";
import type { Link } from "../../../../../src/net/transport/multicast/multicast.ts";
import { MulticastError } from "../../../../../src/net/transport/multicast/multicast.ts";
import { udpMulticast } from "../../../../../src/net/transport/multicast/udp-multicast.ts";

function loopback(): Link {
  const found = udpMulticast.links().find((link) => link.loopback);
  if (!found) throw new Error("this machine has no loopback");
  return found;
}

test("loopback is a network, with its addresses and what is on it", () => {
  const link = loopback();
  expect(link.address).toBe("127.0.0.1");
  expect(link.addresses).toContain("127.0.0.1");
  expect(["127.0.0.9", "127.255.0.1", "128.0.0.1", "8.8.8.8", "fd00::1"].map(link.contains)).toEqual([
    ...[true, true, false, false, false],
  ]);
  for (const { addresses } of udpMulticast.links())
    for (const address of addresses) expect(address).not.toStartWith("fe80");
});

test("what one sends comes to all who are there, also what is sent just before the end", async () => {
  const link = loopback();
  // Others may use the same network meanwhile.
  const text = randomUUID();
  const heard: string[] = [];
  const senders: Address[] = [];
  let wake = () => {};
  const both = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const listen = (who: string) =>
    udpMulticast.open(link, (bytes, from) => {
      if (Buffer.from(bytes).toString() !== text) return;
      heard.push(who);
      senders.push(from);
      if (heard.length === 2) wake();
    });
  const [one, other] = await Promise.all([listen("one"), listen("other")]);
  const third = await udpMulticast.open(link, () => {});
  third.send(Buffer.from(text));
  third.close();
  third.close();
  third.send(Buffer.from(text));
  await both;
  one.close();
  other.close();
  expect(heard.sort()).toEqual(["one", "other"]);
  for (const { host, port } of senders) expect([host, port]).toEqual(["127.0.0.1", 5353]);
});

test("a network that is gone is said to be", async () => {
  const gone = { ...loopback(), address: "203.0.113.7" };
  await expect(udpMulticast.open(gone, () => {})).rejects.toThrow(new MulticastError("it is gone"));
});
