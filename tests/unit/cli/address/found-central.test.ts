import { expect, test } from "bun:test";
import { CentralNotFound } from "../../../../src/cli/address/central-not-found.ts";
import { foundText, onlyCentral } from "../../../../src/cli/address/found-central.ts";
import { UsageError } from "../../../../src/cli/flags/check-arguments.ts";
import type { FoundCentral } from "../../../../src/net/discovery/found-centrals.ts";

const at = (instance: string, host: string, port = 50_000): FoundCentral => ({ instance, address: { host, port } });
const search = (...centrals: FoundCentral[]) => ({ centrals, asked: ["eth0"], faults: [] });

test("one central is taken, also where it has two names", () => {
  expect(onlyCentral(search(at("a", "fd00::1")))).toEqual(at("a", "fd00::1"));
  expect(onlyCentral(search(at("a", "10.0.0.1"), at("b", "10.0.0.1"))).address.host).toBe("10.0.0.1");
  expect(String(foundText(at("a 1", "fd00::1")))).toBe("found the central a 1 at [fd00::1]:50000");
});

test("of several, somebody has to choose", () => {
  expect(() => onlyCentral(search(at("a", "10.0.0.1"), at("b", "10.0.0.1", 7)))).toThrow(
    new UsageError(
      "--discover has found 2 centrals: a at 10.0.0.1:50000, b at 10.0.0.1:7; say which one, as in --central 10.0.0.1:50000",
    ),
  );
  const many = Array.from({ length: 16 }, (_, index) => at("a", `10.0.0.${index}`));
  expect(() => onlyCentral(search(...many))).toThrow("a at 10.0.0.4:50000, and 11 more; say which one");
});

test("where none is, it is said where it was asked", () => {
  const asked = { centrals: [], asked: ["eth0", "lo"], faults: ["tun0: permission denied"] };
  expect(() => onlyCentral(asked)).toThrow(
    new CentralNotFound(
      "no central has answered on the local network within 3 s, asked on eth0, lo (not asked: tun0: permission denied): is one there that was started with --discover? Else say where it is, with --central HOST[:PORT]",
    ),
  );
  expect(() => onlyCentral({ centrals: [], asked: [], faults: [] })).toThrow(
    new CentralNotFound("--discover cannot ask on any network: say where the central is, with --central HOST[:PORT]"),
  );
});
