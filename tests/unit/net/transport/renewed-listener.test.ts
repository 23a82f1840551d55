import { expect, test } from "bun:test";
import type { KeyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import { ListenError, type Listener } from "../../../../src/net/transport/network.ts";
import { renewedListener } from "../../../../src/net/transport/renewed-listener.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const MATERIAL: KeyMaterial = {
  identity: { role: "central" },
  key: "",
  certificate: "",
  authorities: [],
  fingerprint: "",
  notAfter: 0,
  canIssue: false,
  fileNotAfter: 0,
};

/** A port that can be taken from its listener. */
function setUp(wanted = 0) {
  const clock = new FakeClock();
  const keys = new KeyRing(MATERIAL);
  const steps: string[] = [];
  const state = { taken: false };
  const begin = (port: number): Listener => {
    if (state.taken) {
      steps.push("failed");
      throw new ListenError("in-use", "somebody has the port");
    }
    steps.push(`begin ${port}`);
    return { port: port || 4000, stop: () => void steps.push("stop") };
  };
  const log = { ...silentLog, error: (event: string, message: string) => void steps.push(`${event}: ${message}`) };
  const listener = renewedListener({ clock, keys, log }, begin, wanted);
  return { clock, keys, steps, state, listener };
}

test("keeps its port when the keys change, and ends for good", () => {
  const { keys, steps, listener, clock } = setUp();
  expect(listener.port).toBe(4000);
  keys.replace(MATERIAL);
  expect(steps.splice(0)).toEqual(["begin 0", "stop", "begin 4000"]);
  listener.stop();
  keys.replace(MATERIAL);
  expect(steps).toEqual(["stop"]);
  expect(clock.pending).toBe(0);
});

test("tries a port that somebody took in between again until it is free, and says so once", () => {
  const { clock, keys, steps, state, listener } = setUp(5000);
  state.taken = true;
  keys.replace(MATERIAL);
  clock.advance(500);
  const lost = ["stop", "failed", "not-listening: somebody has the port; trying again"];
  expect(steps.splice(0)).toEqual(["begin 5000", ...lost, "failed", "failed"]);
  state.taken = false;
  clock.advance(250);
  expect(steps.splice(0)).toEqual(["begin 5000"]);

  state.taken = true;
  keys.replace(MATERIAL);
  keys.replace(MATERIAL);
  expect(clock.pending).toBe(1);
  listener.stop();
  clock.advance(1000);
  expect(steps).toEqual([...lost, "failed", lost[2] ?? ""]);
});
