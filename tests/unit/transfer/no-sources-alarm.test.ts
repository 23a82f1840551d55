import { expect, test } from "bun:test";
import { describeNoSources, NoSourcesAlarm } from "../../../src/transfer/no-sources-alarm.ts";
import { inEnglish } from "../../support/in-english.ts";

/** Checks every 100 ms. Gives the times of the alarms. `ready`: how many sources are ready at a time. */
function alarms(alarm: NoSourcesAlarm, until: number, ready: (now: number) => number): number[] {
  const times: number[] = [];
  for (let now = 0; now <= until; now += 100) if (alarm.check(now, ready(now))) times.push(now);
  return times;
}

test("no alarm while the first sources are connected to, and one after seconds", () => {
  expect(alarms(new NoSourcesAlarm(0), 60_000, (now) => (now < 2900 ? 0 : 1))).toEqual([]);
  expect(alarms(new NoSourcesAlarm(0), 60_000, () => 0)).toEqual([3000]);
});

test("an alarm soon after all are lost, none for a moment between two connections", () => {
  expect(alarms(new NoSourcesAlarm(0), 60_000, (now) => (now < 500 ? 1 : 0))).toEqual([1400]);
  expect(alarms(new NoSourcesAlarm(0), 60_000, (now) => (now % 1000 < 500 ? 1 : 0))).toEqual([]);
});

test("one alarm for a source that comes and goes without a byte, more when bytes have come", () => {
  const comesAndGoes = (now: number) => (now % 5000 < 500 ? 1 : 0);
  expect(alarms(new NoSourcesAlarm(0), 30_000, comesAndGoes)).toHaveLength(1);
  const alarm = new NoSourcesAlarm(0);
  const times = alarms(alarm, 30_000, (now) => {
    const ready = comesAndGoes(now);
    if (ready > 0) alarm.bytesReceived();
    return ready;
  });
  expect(times).toHaveLength(6);
});

test("a pause is meant so", () => {
  const alarm = new NoSourcesAlarm(0);
  expect(alarm.check(100, 1)).toBe(false);
  alarm.restart(60_000);
  expect(alarm.check(60_100, 0)).toBe(false);
  expect(alarm.check(62_900, 0)).toBe(false);
  expect(alarm.check(63_000, 0)).toBe(true);
});

test("the reasons of the first few sources are named", () => {
  const source = (number: number, failure: string | null) => ({ number, address: `10.0.0.${number}:1`, failure });
  expect(inEnglish(describeNoSources([]))).toBe("no secondary is known that has it");
  expect(
    inEnglish(describeNoSources([source(1, null), source(2, "cannot connect to 10.0.0.2:1: nobody listens there")])),
  ).toBe("secondary 1 at 10.0.0.1:1: no answer yet; secondary 2: cannot connect to 10.0.0.2:1: nobody listens there");
  expect(inEnglish(describeNoSources([1, 2, 3, 4, 5].map((number) => source(number, "the peer closed"))))).toBe(
    "secondary 1 at 10.0.0.1:1: the peer closed; secondary 2 at 10.0.0.2:1: the peer closed; " +
      "secondary 3 at 10.0.0.3:1: the peer closed; and 2 more",
  );
});
