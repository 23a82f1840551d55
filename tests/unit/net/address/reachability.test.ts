import { expect, test } from "bun:test";
import { unreachableReason } from "../../../../src/net/address/reachability.ts";

const announced = { host: "127.0.0.1", port: 50_001 };

test("a loopback address is no use to other machines", () => {
  const why = unreachableReason(announced, null, ["127.0.0.1", "10.0.0.2"]);
  expect(why).toContain("announces 127.0.0.1:50001");
  expect(why).toContain("goes over 10.0.0.2");
  expect(why).toContain("--ip");
  expect(why).toContain("--advertise");
  expect(unreachableReason({ host: "localhost", port: 1 }, null, ["10.0.0.2"])).toContain("localhost:1");
});

test("all on one machine, and a real address, are fine", () => {
  expect(unreachableReason(announced, null, ["127.0.0.1", "::1"])).toBeNull();
  expect(unreachableReason({ host: "10.0.0.1", port: 1 }, announced, ["127.0.0.1"])).toBeNull();
  expect(unreachableReason({ host: "10.0.0.1", port: 1 }, null, ["10.0.0.2"])).toBeNull();
});

test("neither is a loopback address for HTTP", () => {
  const real = { host: "10.0.0.1", port: 1 };
  const why = unreachableReason(real, announced, ["10.0.0.2"]);
  expect(why).toStartWith("answers HTTP at 127.0.0.1:50001, which only its own machine can reach");
  expect(why).toContain("--http IP:PORT");
  expect(unreachableReason(announced, announced, ["10.0.0.2"])).toContain("), and answers HTTP at");
  expect(unreachableReason(announced, real, ["10.0.0.2"])).not.toContain("HTTP");
});
