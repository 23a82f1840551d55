import { expect, test } from "bun:test";
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

test("of a flood a hundred are looked at in each second", () => {
  const clock = new FakeClock();
  let count = 0;
  const receive = receiver(clock, fakeLink("eth0", "192.168.1.2"), () => {
    count += 1;
  });
  const flood = () => {
    for (let turn = 0; turn < 5000; turn++) receive(encodeQuestion(), { host: "192.168.1.9", port: 5353 });
  };
  flood();
  expect(count).toBe(100);
  clock.advance(999);
  flood();
  expect(count).toBe(100);
  clock.advance(1);
  flood();
  expect(count).toBe(200);
});
