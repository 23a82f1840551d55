import { expect, test } from "bun:test";
import { announcedLinks } from "../../../../src/net/discovery/announced-links.ts";
import { fakeLink } from "../../../support/fake-multicast.ts";

const LINKS = [
  fakeLink("lo", "127.0.0.1", ["::1"]),
  fakeLink("eth0", "192.168.1.2", ["fd00::2"]),
  fakeLink("wlan0", "10.0.0.2"),
];

test.each([
  ["0.0.0.0", { eth0: ["192.168.1.2"], wlan0: ["10.0.0.2"] }],
  ["::", { eth0: ["192.168.1.2", "fd00::2"], wlan0: ["10.0.0.2"] }],
  ["192.168.1.2", { eth0: ["192.168.1.2"] }],
  ["fd00::2", { eth0: ["fd00::2"] }],
  ["127.0.0.1", { lo: ["127.0.0.1"] }],
  ["::1", { lo: ["::1"] }],
  ["localhost", { lo: ["127.0.0.1", "::1"] }],
  ["192.168.1.3", {}],
])("who listens on %s is announced where that reaches it", (host, where) => {
  const found = announcedLinks(host, LINKS).map(({ link, addresses }) => [link.name, addresses]);
  expect(Object.fromEntries(found)).toEqual(where);
});
