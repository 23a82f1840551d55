import { expect, test } from "bun:test";
import { SubscriptionTable } from "../../../../src/central/downloads/subscription-table.ts";

test("tells who watches which versions of a name", () => {
  const watchers = new SubscriptionTable();
  watchers.add(1, "f", "v1");
  watchers.add(1, "f", "v2");
  watchers.add(1, "f", "v2");
  watchers.add(2, "f", "v1");
  watchers.add(2, "g", "v1");
  expect([...watchers.of("f")]).toEqual([
    { session: 1, id: "v1" },
    { session: 1, id: "v2" },
    { session: 2, id: "v1" },
  ]);
  expect([watchers.count(1), watchers.count(2), watchers.count(3)]).toEqual([2, 2, 0]);
  expect([...watchers.names()]).toEqual(["f", "g"]);
});

test("forgets one version, or all of a session, once", () => {
  const watchers = new SubscriptionTable();
  for (const session of [1, 2]) for (const name of ["f", "g"]) watchers.add(session, name, "v1");
  watchers.remove(1, "f", "v1");
  watchers.remove(1, "f", "v1");
  watchers.remove(1, "nothing", "v1");
  expect(watchers.count(1)).toBe(1);
  expect([...watchers.of("f")]).toEqual([{ session: 2, id: "v1" }]);
  watchers.removeSession(2);
  watchers.removeSession(2);
  expect([...watchers.names()]).toEqual(["g"]);
  watchers.remove(1, "g", "v1");
  expect([...watchers.names()]).toEqual([]);
  expect(watchers.count(1)).toBe(0);
});
