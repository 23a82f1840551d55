import { expect, test } from "bun:test";
import { instanceLabel, instanceName, isSameName } from "../../../../src/net/discovery/service.ts";

test("a machine's name becomes one label of at most 63 bytes, with what makes it unique at its end", () => {
  expect(instanceLabel("server0", "3fa9c2d1")).toBe("server0 3fa9c2d1");
  expect(instanceLabel("server0.example.org", "3fa9c2d1")).toBe("server0-example-org 3fa9c2d1");
  expect(instanceLabel("a\n\x1b[2J", "1")).toBe("a-[2J 1");
  for (const name of ["a".repeat(200), "ñ".repeat(200), "🎬".repeat(50), "\ud800"]) {
    const label = instanceLabel(name, "3fa9c2d1");
    expect(Buffer.byteLength(label)).toBeLessThanOrEqual(63);
    expect(label).toEndWith(" 3fa9c2d1");
    expect(label.isWellFormed()).toBe(true);
  }
  expect(instanceLabel("a".repeat(200), "3fa9c2d1")).toHaveLength(63);
});

test("names are the same whatever their capitals", () => {
  expect(instanceName("a b")).toBe("a b._redes._tcp.local");
  expect(isSameName("A._Redes._TCP.local", "a._redes._tcp.LOCAL")).toBe(true);
  expect(isSameName("a", "b")).toBe(false);
});
