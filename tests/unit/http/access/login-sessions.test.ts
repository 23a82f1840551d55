import { expect, test } from "bun:test";
import { LoginSessions } from "../../../../src/http/access/login-sessions.ts";
import { systemRandom } from "../../../../src/platform/random.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

test("an id stands for its token until the session is over, the token is, or a week is", () => {
  const sessions = new LoginSessions(systemRandom);
  const short = sessions.begin("short", 1000, 0);
  const long = sessions.begin("long", 100 * DAY_MS, 0);
  expect([short.until, long.until]).toEqual([1000, 7 * DAY_MS]);
  expect(short.id).toMatch(/^[\w-]{43}$/);
  expect(sessions.tokenOf(short.id, 999)).toBe("short");
  expect(sessions.tokenOf(short.id, 1000)).toBeNull();
  expect(sessions.tokenOf(short.id, 0)).toBeNull();
  expect(sessions.tokenOf(long.id, 7 * DAY_MS - 1)).toBe("long");
  sessions.end(long.id);
  expect(sessions.tokenOf(long.id, 0)).toBeNull();
  expect(sessions.tokenOf("made up", 0)).toBeNull();
});

test("of too many sessions the one that was used longest ago is over", () => {
  const sessions = new LoginSessions(systemRandom);
  const begun = Array.from({ length: 1000 }, (_, index) => sessions.begin(`token ${index}`, 10, 0).id);
  expect(sessions.tokenOf(begun[0] ?? "", 0)).toBe("token 0");
  sessions.begin("one more", 10, 0);
  expect([sessions.tokenOf(begun[0] ?? "", 0), sessions.tokenOf(begun[1] ?? "", 0)]).toEqual(["token 0", null]);
});

test("whoever logs in again and again with one token ends no session but those of this token", () => {
  const sessions = new LoginSessions(systemRandom);
  const other = sessions.begin("other", 10, 0).id;
  const first = sessions.begin("one", 10, 0).id;
  const second = sessions.begin("one", 10, 0).id;
  for (let count = 0; count < 48; count += 1) sessions.begin("one", 10, 0);
  expect(sessions.tokenOf(first, 0)).toBe("one");
  for (let count = 0; count < 49; count += 1) sessions.begin("one", 10, 0);
  expect([sessions.tokenOf(second, 0), sessions.tokenOf(first, 0)]).toEqual([null, "one"]);
  for (let count = 0; count < 1000; count += 1) sessions.begin("one", 10, 0);
  expect([sessions.tokenOf(first, 0), sessions.tokenOf(other, 0)]).toEqual([null, "other"]);
});
