import { expect, test } from "bun:test";
import { FailedLogins } from "../../../../src/http/access/failed-logins.ts";

const NOW = 1_000_000;

test("twenty at once, then one each three seconds; others are not kept waiting", () => {
  const logins = new FailedLogins();
  for (let count = 0; count < 20; count += 1) {
    expect(logins.wait("192.0.2.1", NOW)).toBe(0);
    logins.failed("192.0.2.1", NOW);
  }
  expect(logins.wait("192.0.2.1", NOW)).toBe(3);
  expect(logins.wait("::ffff:192.0.2.1", NOW)).toBe(3);
  expect(logins.wait("192.0.2.2", NOW)).toBe(0);
  expect(logins.wait("192.0.2.1", NOW + 2999)).toBe(1);
  expect(logins.wait("192.0.2.1", NOW + 3000)).toBe(0);
  logins.failed("192.0.2.1", NOW + 3000);
  expect(logins.wait("192.0.2.1", NOW + 3000)).toBe(3);
});

test("one network of IPv6 addresses counts as one", () => {
  const logins = new FailedLogins();
  for (let count = 0; count < 20; count += 1) logins.failed(`2001:db8::${count}`, NOW);
  expect(logins.wait("2001:db8::ffff", NOW)).toBe(3);
  expect(logins.wait("2001:db8:0:1::1", NOW)).toBe(0);
});
