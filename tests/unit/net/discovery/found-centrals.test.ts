import { expect, test } from "bun:test";
import { FoundCentrals } from "../../../../src/net/discovery/found-centrals.ts";
import { fakeLink } from "../../../support/fake-multicast.ts";

const ETH = fakeLink("eth0", "192.168.1.2", ["fd00::2"]);
const LOOPBACK = fakeLink("lo", "127.0.0.1", ["::1"]);

function found(addresses: readonly string[], link = ETH): (string | undefined)[] {
  const centrals = new FoundCentrals();
  centrals.add([{ instance: "a", port: 7, addresses }], link);
  return centrals.all.map(({ address }) => address.host);
}

test.each([
  [["10.0.0.1", "192.168.1.9"], ["192.168.1.9"]],
  [["fd00::9", "10.0.0.1"], ["10.0.0.1"]],
  [["fd00::9"], ["fd00::9"]],
  [["::ffff:192.168.1.9"], ["192.168.1.9"]],
  [["127.0.0.1", "::1", "0.0.0.0", "::", "224.0.0.251", "239.1.1.1", "255.255.255.255", "ff02::fb", "fe80::1"], []],
  [[], []],
])("of %p is used %p", (addresses, hosts) => {
  expect(found(addresses)).toEqual(hosts);
});

test("what is at a loopback address, loopback alone can say", () => {
  expect(found(["127.0.0.1"], LOOPBACK)).toEqual(["127.0.0.1"]);
  expect(found(["127.0.0.1"], ETH)).toEqual([]);
});

test("a central that answers on several networks is one, at the address that came first", () => {
  const centrals = new FoundCentrals();
  const announced = (host: string, instance: string) => [{ instance, port: 7, addresses: [host] }];
  centrals.add(announced("192.168.1.9", "Server"), ETH);
  centrals.add(announced("10.0.0.9", "server"), fakeLink("eth1", "10.0.0.2"));
  centrals.add(announced("192.168.1.10", "other"), ETH);
  expect(centrals.all).toEqual([
    { instance: "Server", address: { host: "192.168.1.9", port: 7 } },
    { instance: "other", address: { host: "192.168.1.10", port: 7 } },
  ]);
});

test("sixteen are remembered, whoever tells of more", () => {
  const centrals = new FoundCentrals();
  for (let index = 0; index < 100; index++)
    centrals.add([{ instance: String(index), port: 7, addresses: ["192.168.1.9"] }], ETH);
  expect(centrals.all).toHaveLength(16);
});
