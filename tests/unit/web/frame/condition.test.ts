import { expect, test } from "bun:test";
import { conditionOf } from "../../../../src/web/frame/condition.ts";
import { withSecondaries, withStatus } from "../../../../src/web/store/answers.ts";
import { INITIAL_STATE } from "../../../../src/web/store/page-state.ts";
import { STATUS, secondary } from "../store/samples.ts";

test("how things are, in one word", () => {
  const serving = { ...withStatus(INITIAL_STATE, STATUS), connection: "live" } as const;
  const notServing = withStatus(serving, { ...STATUS, serving: false, missing: "a secondary" });
  expect(conditionOf(INITIAL_STATE)).toBe("connecting");
  expect(conditionOf(serving)).toBe("serving");
  expect(conditionOf(notServing)).toBe("not serving");
  expect(conditionOf({ ...serving, connection: "lost" })).toBe("disconnected");
  expect(conditionOf({ ...serving, access: "token", connection: "lost" })).toBe("locked");
  const away = [secondary(1, "lost"), secondary(2, "disk missing")];
  expect(conditionOf(withSecondaries(serving, away))).toBe("no server");
  expect(conditionOf(withSecondaries(serving, [...away, secondary(3, "copying")]))).toBe("serving");
  expect(conditionOf(withSecondaries(notServing, away))).toBe("not serving");
});
