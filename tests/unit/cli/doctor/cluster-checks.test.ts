import { describe, expect, test } from "bun:test";
import {
  clockCheck,
  roomOfSecondary,
  secondaryCheck,
  servingChecks,
} from "../../../../src/cli/doctor/cluster-checks.ts";
import type { Reached } from "../../../../src/cli/doctor/reach.ts";
import { GIB } from "../../../../src/platform/units.ts";
import type { SecondaryStatus } from "../../../../src/protocol/messages/client.ts";
import type { Messages } from "../../../../src/protocol/messages/messages.ts";
import { inEnglish } from "../../../support/in-english.ts";

const WELL: SecondaryStatus = {
  ...{ number: 2, address: "10.0.0.3:50002", state: "in step", reason: "", files: 5, accusations: 0 },
  ...{ obstacles: 0, obstacle: "", room: { total: 100 * GIB, free: 50 * GIB }, sending: 0, receiving: 0 },
  left: { files: 0, bytes: 0, seconds: null },
};
const STATE: Messages["state"] = {
  ...{ type: "state", request: 1, synchronized: true, missing: "", secondaries: [WELL], ending: [] },
  ...{ active: 1, waiting: 0, clock: 1_800_000_000_000_000 },
};
const ANSWERS: Reached = { milliseconds: 1.6, fault: null, failure: null };
const CENTRAL = { host: "10.0.0.2", port: 50_000 };
const NOW = 1_800_000_000_000;

const fault = (failure: Reached["failure"], text = "cannot connect to 10.0.0.3:50002: no answer"): Reached => ({
  ...{ milliseconds: 5000, fault: text, failure },
});
const checked = (more: Partial<SecondaryStatus>, reached: Reached = ANSWERS, central = CENTRAL) =>
  secondaryCheck({ ...WELL, ...more }, reached, central);

describe("a secondary", () => {
  test("that answers and is in step is well", () => {
    expect(inEnglish(checked({}))).toEqual({
      ...{ subject: "secondary 2", state: "ok", advice: null },
      finding: "answers at 10.0.0.3:50002 in 2 ms: in step, 5 files",
    });
  });

  test.each([
    ["refused", "start it there (redes secondary -n 2)"],
    ["timeout", "let TCP port 50002 through the firewalls"],
    ["unreachable", "let TCP port 50002 through the firewalls"],
    ["unknown-host", "have it announce an address that is known here"],
    ["key", "keys of the same cluster"],
    [null, "see whether its machine is up"],
  ] as const)("that cannot be reached (%p)", (failure, advice) => {
    const check = checked({}, fault(failure));
    expect(check).toMatchObject({ state: "failed", finding: "cannot connect to 10.0.0.3:50002: no answer" });
    expect(inEnglish(check.advice)).toContain(advice);
  });

  test("that announces an address of its own machine to others", () => {
    const address = "127.0.0.1:50002";
    expect(inEnglish(checked({ address }, fault("refused")).advice)).toContain("--advertise HOST");
    const here = { host: "127.0.0.1", port: 50_000 };
    expect(inEnglish(checked({ address }, fault("refused"), here).advice)).toContain("start it there");
  });

  test.each([
    [{ state: "lost" }, "failed", "the central has lost it", "forget 2"],
    [{ state: "disk missing", reason: "not mounted" }, "failed", "its disk is missing: not mounted", "--adopt-folder"],
    [
      { obstacles: 2, obstacle: "a.mkv: no room" },
      "failed",
      "cannot copy 2 files, the first: a.mkv: no room",
      "put right",
    ],
    [{ accusations: 3 }, "warning", "wrong pieces from it 3 times", "smartctl"],
    [{ state: "copying" }, "ok", "copying, 5 files", null],
  ] as const)("%p", (more, state, finding, advice) => {
    const check = checked(more);
    expect(check.state).toBe(state);
    expect(inEnglish(check.finding)).toContain(finding);
    if (advice === null) expect(check.advice).toBeNull();
    else expect(inEnglish(check.advice)).toContain(advice);
  });

  test("and its room", () => {
    const room = (free: number, bytes = 0) =>
      roomOfSecondary({ ...WELL, room: { total: 100, free }, left: { files: 1, bytes, seconds: null } })?.state;
    expect([room(50), room(5), room(4), room(50, 50), room(50, 51)]).toEqual([
      ...(["ok", "ok", "warning", "ok", "failed"] as const),
    ]);
    expect(roomOfSecondary({ ...WELL, room: null })).toBeNull();
  });
});

describe("the cluster", () => {
  test("that serves, or does not and why", () => {
    const [serving] = servingChecks(STATE);
    expect(inEnglish(serving)).toMatchObject({
      state: "ok",
      finding: "it serves with 1 of 1 secondary: 1 download now, 0 waiting",
    });
    const lost = servingChecks({ ...STATE, secondaries: [WELL, { ...WELL, number: 3, state: "lost" }] });
    expect(inEnglish(lost[0]?.finding)).toStartWith("it serves with 1 of 2 secondaries");
    const missing = "1 of 3 secondaries registered, 2 missing";
    const numbers = [1, 3].map((number): SecondaryStatus => ({ ...WELL, number }));
    const [waiting] = servingChecks({ ...STATE, synchronized: false, missing, secondaries: numbers });
    expect(inEnglish(waiting)).toMatchObject({ state: "failed", finding: `it does not serve: ${missing}` });
    expect(inEnglish(waiting?.advice)).toContain("redes secondary -n 2");
    const copying: SecondaryStatus = { ...WELL, state: "copying" };
    const [busy] = servingChecks({ ...STATE, synchronized: false, missing, secondaries: [copying] });
    expect(inEnglish(busy?.advice)).toStartWith("wait");
  });

  test("whose keys end soon", () => {
    const [, key] = servingChecks({ ...STATE, ending: [{ number: 2, until: NOW }] });
    expect(inEnglish(key)).toMatchObject({ state: "warning", subject: "keys of servers" });
    expect(inEnglish(key?.finding)).toContain("the key of secondary 2 ends on 2027-01-15");
  });
});

describe("clocks", () => {
  const state = (ahead: number): Messages["state"] => ({ ...STATE, clock: (NOW + ahead) * 1000 });

  test.each([
    [0, 0, "ok", "differ by 0 ms"],
    [1900, 0, "ok", "differ by 1900 ms"],
    [-5000, 0, "warning", "is 5.0 s behind the one here"],
    [400_000, 0, "warning", "is 6 min 40 s ahead of the one here"],
    // The answer took so long that nobody can tell.
    [-5000, 10_000, "ok", "differ by"],
  ] as const)("%p ms ahead, asked for %p ms", (ahead, took, wanted, text) => {
    const check = clockCheck(state(ahead), NOW - took, NOW, false);
    expect(check.state).toBe(wanted);
    expect(inEnglish(check.finding)).toContain(text);
  });

  test("that differ by so much that keys do not work", () => {
    expect(clockCheck(state(301_000), NOW, NOW, true).state).toBe("failed");
    expect(clockCheck(state(299_000), NOW, NOW, true).state).toBe("warning");
  });

  test("of a central that does not tell", () => {
    const { clock: _, ...older } = STATE;
    expect(inEnglish(clockCheck(older, NOW, NOW, false))).toMatchObject({ state: "warning", subject: "clock" });
  });
});
