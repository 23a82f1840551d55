import { expect, test } from "bun:test";
import type { Asker } from "../../../../src/http/access/guard.ts";
import { ConnectionWatch } from "../../../../src/http/server/connection-watch.ts";
import { isTokenEnded, type TokenHolder } from "../../../../src/keys/tokens/verify-token.ts";
import { Revocations } from "../../../../src/keys/trust/revocations.ts";
import type { AcceptedConnection } from "../../../../src/platform/linux/socket-calls.ts";

const connection = (port: number, host = `10.0.0.${port}`): AcceptedConnection => ({ fd: port, host, port });
const fingerprint = (digit: string) => digit.repeat(64);
const NOW = Date.UTC(2030, 0, 1);
const holder = (digit: string, until = NOW): TokenHolder => ({
  identity: { role: "client", name: "ana", rights: "read" },
  fingerprint: fingerprint(digit),
  signer: fingerprint("e"),
  authority: fingerprint("f"),
  until,
});
const NOBODY: Asker = { by: null };
const endedBy =
  (revocations: Revocations, now = NOW) =>
  ({ by }: Asker) =>
    by !== null && isTokenEnded(by, revocations, now);
const fds = (connections: AcceptedConnection[]) => connections.map(({ fd }) => fd).sort((one, other) => one - other);

test("as many as may be stay: who has never asked goes first, then who came last", () => {
  const watch = new ConnectionWatch(4);
  const present = [1, 2, 3, 4].map((port) => connection(port));
  expect(watch.excess(present)).toEqual([]);
  watch.asked("10.0.0.4", 4, NOBODY);
  watch.asked("10.0.0.5", 5, NOBODY);
  const more = [connection(6), ...present, connection(5)];
  expect(fds(watch.excess(more))).toEqual([3, 6]);
  for (const port of [1, 2, 3]) watch.asked(`10.0.0.${port}`, port, NOBODY);
  expect(fds(watch.excess([...present, connection(5)]))).toEqual([5]);
});

test("one address has three quarters, however it is spelt, and a network of IPv6 is one", () => {
  const watch = new ConnectionWatch(8);
  const ports = [1, 2, 3, 4, 5, 6, 7];
  expect(fds(watch.excess(ports.map((port) => connection(port, "10.0.0.1"))))).toEqual([7]);
  const mapped = ports.map((port) => connection(port, port < 7 ? "10.0.0.1" : "0:0:0:0:0:ffff:a00:1"));
  expect(fds(watch.excess(mapped))).toEqual([7]);
  const network = ports.map((port) => connection(10 + port, `2001:db8:0:0:0:0:0:${port}`));
  expect(fds(watch.excess(network))).toEqual([17]);
  expect(watch.excess([...network.slice(0, 6), connection(20, "2001:db8:0:1:0:0:0:1")])).toEqual([]);
});

test("a port that somebody else has by now says nothing of him", () => {
  const watch = new ConnectionWatch(1);
  watch.asked("10.0.0.1", 1, { by: holder("a") });
  expect(watch.excess([])).toEqual([]);
  const revocations = new Revocations();
  revocations.add([{ fingerprint: fingerprint("a"), until: 0 }]);
  expect(watch.ended([connection(1)], endedBy(revocations))).toEqual([]);
});

test("a connection ends with the token of its last request, when that is revoked or has expired", () => {
  const watch = new ConnectionWatch(9);
  const present = [1, 2, 3].map((port) => connection(port));
  const answered = watch.asked("10.0.0.1", 1, { by: holder("a") });
  watch.asked("10.0.0.2", 2, { by: holder("b") });
  watch.asked("10.0.0.3", 3, NOBODY);
  const revocations = new Revocations();
  const minutes = (count: number) => NOW + count * 60_000;
  expect(watch.ended(present, endedBy(revocations, minutes(5)))).toEqual([]);
  revocations.add([{ fingerprint: fingerprint("a"), until: 0 }]);
  expect(fds(watch.ended(present, endedBy(revocations)))).toEqual([1]);
  expect(fds(watch.ended(present, endedBy(revocations, minutes(6))))).toEqual([1, 2]);
  answered();
  expect(fds(watch.ended(present, endedBy(revocations)))).toEqual([1]);
  watch.asked("10.0.0.1", 1, NOBODY);
  expect(watch.ended(present, endedBy(revocations))).toEqual([]);
});

test("a connection ends with the token of what is still being sent over it, whoever has asked since", () => {
  const watch = new ConnectionWatch(9);
  const revocations = new Revocations();
  revocations.add([{ fingerprint: fingerprint("a"), until: 0 }]);
  const answered = watch.asked("10.0.0.1", 1, { by: holder("a") });
  watch.asked("10.0.0.1", 1, NOBODY)();
  expect(fds(watch.ended([connection(1)], endedBy(revocations)))).toEqual([1]);
  answered();
  expect(watch.ended([connection(1)], endedBy(revocations))).toEqual([]);
});
