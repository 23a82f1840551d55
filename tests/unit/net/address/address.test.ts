import { describe, expect, test } from "bun:test";
import {
  formatAddress,
  isLoopback,
  isWildcard,
  normalizeHost,
  parseEndpoint,
} from "../../../../src/net/address/address.ts";

const LOOPBACK = [
  "127.0.0.1",
  "127.255.255.254",
  "127.1",
  "0x7f.1",
  "2130706433",
  "::1",
  "::1%lo",
  "0:0:0:0:0:0:0:1",
  "0000:0000:0000:0000:0000:0000:0000:0001",
  "::ffff:127.0.0.1",
  "::FFFF:7f00:1",
  "localhost",
  "LocalHost",
  "localhost.",
  "a.localhost",
];
const EVERYWHERE = ["0", "0.0.0.0", "0.0", "0x0", "::", "::0", "0:0:0:0:0:0:0:0", "::ffff:0.0.0.0", "::ffff:0:0", "*"];
const ELSEWHERE = ["10.0.0.1", "128.0.0.1", "1.127.0.0.1", "::2", "fe80::1%eth0", "localhost.example", "notlocalhost"];

describe("one host in many spellings", () => {
  test.each(LOOPBACK)("%s is loopback", (host) => {
    expect([isLoopback(host), isWildcard(host)]).toEqual([true, false]);
  });

  test.each(EVERYWHERE)("%s is everywhere", (host) => {
    expect([isLoopback(host), isWildcard(host)]).toEqual([false, true]);
  });

  test.each(ELSEWHERE)("%s is neither", (host) => {
    expect([isLoopback(host), isWildcard(host)]).toEqual([false, false]);
  });

  test.each([
    ["2001:DB8:0:0::0001", "2001:db8::1"],
    ["::ffff:10.0.0.2", "10.0.0.2"],
    // Not an address in a URL of the runtime.
    ["::1:2:3:4:1.2.3.4", "::1:2:3:4:102:304"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["FE80::0001%eth0", "fe80::1%eth0"],
    ["2001:db8::1%eth0", "2001:db8::1"],
    ["Host_1.Example", "host_1.example"],
    ["unknown", "unknown"],
    ["", ""],
  ])("%s is spelled %s", (host, plain) => {
    expect(normalizeHost(host)).toBe(plain);
    expect(normalizeHost(plain)).toBe(plain);
  });
});

describe("what a person writes", () => {
  test.each([
    ["host", "host", null],
    ["host:0", "host", 0],
    ["host:65535", "host", 65_535],
    ["10.1.2.3:50000", "10.1.2.3", 50_000],
    ["::1", "::1", null],
    ["::1:5000", "::1:5000", null],
    ["[::1]", "::1", null],
    ["[0::1]:50000", "::1", 50_000],
    ["[fe80::1%eth0.7]:1", "fe80::1%eth0.7", 1],
    ["*:80", "::", 80],
    ["0:80", "0.0.0.0", 80],
  ])("%s", (text, host, port) => {
    expect(parseEndpoint(text)).toEqual({ host, port });
  });

  test.each([
    "",
    ":1",
    "host:",
    "host:x",
    "host:65536",
    "host:100000",
    "a b",
    "http://a",
    "::1:23100",
    "[::1",
    "::1]",
    "[::1]x",
    "[::1]:",
    "[host]:1",
    "[127.0.0.1]:1",
    "1.2.3.256",
    "50000",
    "fe80::1%",
    "fe80::1%a%b",
    "*.a",
    "a".repeat(254),
  ])("%p is no address", (text) => {
    expect(parseEndpoint(text)).toBeNull();
  });

  test("what is printed can be read", () => {
    for (const text of ["[::1]:80", "127.0.0.1:80", "[fe80::1%eth0]:80", "a.example:80"]) {
      const { host, port } = parseEndpoint(text) ?? { host: "", port: null };
      expect(formatAddress({ host, port: port ?? 0 })).toBe(text);
    }
  });
});
