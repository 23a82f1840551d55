import { expect, test } from "bun:test";
import { checkHost } from "../../../../src/http/access/host-check.ts";

const NAMES: ReadonlySet<string> = new Set(["server1", "files.example"]);
const status = (host: string | null) => checkHost(host, NAMES)?.status ?? "fine";

test.each([
  "server1",
  "SERVER1:8080",
  "files.example.",
  "localhost:1",
  "player.localhost",
  "127.0.0.1:8080",
  "192.0.2.7",
  "[::1]:8080",
  "[2001:db8::1]",
])("%s is this server", (host) => {
  expect(status(host)).toBe("fine");
});

test.each(["evil.example", "server1.evil.example", "xserver1", "localhost.evil.example", "127.0.0.1.evil.example"])(
  "%s is another one",
  (host) => {
    expect(status(host)).toBe(421);
  },
);

test.each([null, "", "server1, evil.example", "server1,", "*", "server1:70000", "a@b", "server1/", "[server1]", "ñ"])(
  "%p is no host",
  (host) => {
    expect(status(host)).toBe(400);
  },
);
