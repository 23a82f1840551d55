import { expect, test } from "bun:test";
import dns from "dns-packet";
import { encodeQuestion } from "../../../../src/net/discovery/dns-messages.ts";
import { receiver } from "../../../../src/net/discovery/received-messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { fakeLink } from "../../../support/fake-multicast.ts";

test("a message counts that comes from the network itself and from the port of multicast DNS", () => {
  let count = 0;
  const receive = receiver(new FakeClock(), fakeLink("eth0", "192.168.1.2"), () => {
    count += 1;
  });
  for (const [host, port, counts] of [
    ["192.168.1.9", 5353, 1],
    ["192.168.1.9", 5354, 1],
    ["8.8.8.8", 5353, 1],
    ["192.168.1.2", 5353, 2],
  ] as const) {
    receive(encodeQuestion(), { host, port });
    expect(count).toBe(counts);
  }
  receive(new Uint8Array(40), { host: "192.168.1.9", port: 5353 });
  expect(count).toBe(2);
});

test("who floods keeps nobody else from being heard, but for more senders than there can be", () => {
  let count = 0;
  const receive = receiver(new FakeClock(), fakeLink("eth0", "192.168.1.2"), () => {
    count += 1;
  });
  const from = (last: number) => receive(encodeQuestion(), { host: `192.168.1.${last}`, port: 5353 });
  for (let turn = 0; turn < 1000; turn++) from(9);
  from(10);
  expect(count).toBe(21);
  for (let last = 11; last < 250; last++) from(last);
  expect(count).toBe(200);
});

test("of a flood twenty are looked at in each second", () => {
  const clock = new FakeClock();
  let count = 0;
  const receive = receiver(clock, fakeLink("eth0", "192.168.1.2"), () => {
    count += 1;
  });
  const other = dns.encode({ type: "query", questions: [{ name: "_http._tcp.local", type: "PTR" }] });
  const flood = () => {
    for (let turn = 0; turn < 5000; turn++) {
      receive(other, { host: "192.168.1.9", port: 5353 });
      receive(encodeQuestion(), { host: "192.168.1.9", port: 5353 });
    }
  };
  flood();
  expect(count).toBe(20);
  clock.advance(999);
  flood();
  expect(count).toBe(20);
  clock.advance(1);
  flood();
  expect(count).toBe(40);
});
