import { expect, test } from "bun:test";
import { Metrics } from "../../../../src/http/metrics/metrics.ts";
import { measureProcess } from "../../../../src/http/metrics/process-metrics.ts";
import { LateClock } from "../../../support/fake-clock.ts";

/** Lines without comments. */
async function samples(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("values are read when the text is made, and a label that is gone has none", async () => {
  const metrics = await Metrics.open();
  let sent = 3;
  let states: [string, number][] = [
    ["live", 1],
    ["lost", 2],
  ];
  metrics.counter({ name: "redes_sent_bytes_total", help: "Sent." }, () => sent);
  metrics.gauge({ name: "redes_things", help: "Things.", label: "state" }, async () => states);
  expect(await samples(metrics)).toEqual([
    "redes_sent_bytes_total 3",
    'redes_things{state="live"} 1',
    'redes_things{state="lost"} 2',
  ]);
  sent = 5;
  states = [["live", 4]];
  expect(await samples(metrics)).toEqual(["redes_sent_bytes_total 5", 'redes_things{state="live"} 4']);
});

test("what has no value now is left out, and is not 0", async () => {
  const metrics = await Metrics.open();
  let room: number | [] = [];
  metrics.gauge({ name: "redes_room_bytes", help: "Room." }, () => room);
  metrics.counter({ name: "redes_a_total", help: "A." }, () => room);
  expect(await samples(metrics)).toEqual([]);
  room = 5;
  expect(await samples(metrics)).toEqual(["redes_room_bytes 5", "redes_a_total 5"]);
  room = [];
  expect(await samples(metrics)).toEqual([]);
});

test("two texts that are made at the same time are both whole", async () => {
  const metrics = await Metrics.open();
  metrics.counter({ name: "redes_a_total", help: "A." }, () => Promise.resolve(1));
  const [one, other] = await Promise.all([samples(metrics), samples(metrics)]);
  expect([one, other]).toEqual([["redes_a_total 1"], ["redes_a_total 1"]]);
});

test("a timer that comes too late is the lag of the event loop", async () => {
  const metrics = await Metrics.open();
  const clock = new LateClock();
  const httpLagged = measureProcess(metrics, { clock, version: "1.2.3" });
  clock.advance(100);
  clock.late = 300;
  clock.advance(100);
  httpLagged(0.7);
  const text = await samples(metrics);
  expect(text).toContain('redes_build_info{version="1.2.3"} 1');
  expect(text).toContain("redes_event_loop_lag_seconds_count 2");
  expect(text).toContain("redes_event_loop_lag_seconds_sum 0.3");
  expect(text).toContain('redes_event_loop_lag_seconds_bucket{le="0.25"} 1');
  expect(text).toContain("redes_http_event_loop_lag_seconds_sum 0.7");
});
