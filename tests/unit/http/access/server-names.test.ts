import { expect, test } from "bun:test";
import { isHostName, serverNames, thisMachine } from "../../../../src/http/access/server-names.ts";

const MACHINE = { hostname: "Server1", addresses: ["127.0.0.1", "192.0.2.1", "fe80::1%eth0"] };

test("a server is called by the names of its machine and of loopback, and those that people add", () => {
  const names = serverNames(["0.0.0.0", "Files.Example", "198.51.100.7", "::", "server1"], MACHINE);
  expect(names).toEqual({
    hosts: ["localhost", "server1", "files.example"],
    addresses: ["127.0.0.1", "::1", "198.51.100.7", "192.0.2.1", "fe80::1"],
  });
  expect(thisMachine().addresses).toContain("127.0.0.1");
});

test("what no certificate may name is left out, and no more addresses are named than fit into it", () => {
  const addresses = Array.from({ length: 1000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  const names = serverNames(["a b", "x".repeat(64), "*"], { hostname: "(none)", addresses });
  expect(names.hosts).toEqual(["localhost"]);
  expect(names.addresses).toHaveLength(64);
});

test.each([
  ["server1", true],
  ["a.b-c.example", true],
  ["_dmarc.example", true],
  ["192.0.2.1", false],
  ["", false],
  ["a..b", false],
  ["-a", false],
  ["a/b", false],
])("%p is the name of a host: %p", (name, expected) => {
  expect(isHostName(name)).toBe(expected);
});
