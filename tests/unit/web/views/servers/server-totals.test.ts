import { expect, test } from "bun:test";
import type { SecondaryAnswer } from "../../../../../src/http/api/central-answers.ts";
import { sentOf, totalsOf } from "../../../../../src/web/views/servers/server-totals.ts";

const NO_COPIES = { pending: 0, bytes: 0, seconds: 0, obstructed: 0, obstacle: null };

test("what servers have told is added up", () => {
  const rates = { toClients: 1, toSecondaries: 2, overHttp: 4, received: 8 };
  const one = { room: { total: 9, free: 3 }, rates, copies: { ...NO_COPIES, bytes: 5 } };
  const silent = { room: null, rates: null, copies: NO_COPIES };
  const fuller = { ...one, room: { total: 9, free: 2 } };
  const totals = totalsOf([one, silent, fuller] satisfies Pick<SecondaryAnswer, "room" | "rates" | "copies">[]);
  expect(totals).toEqual({
    leastFree: 2,
    rates: { toClients: 2, toSecondaries: 4, overHttp: 8, received: 16 },
    copies: 10,
  });
  expect(sentOf(totals.rates)).toBe(14);
});

test("nothing is known of the room where no server has told", () => {
  expect(totalsOf([{ room: null, rates: null, copies: NO_COPIES }]).leastFree).toBeNull();
});
