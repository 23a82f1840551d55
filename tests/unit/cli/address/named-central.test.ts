import { describe, expect, test } from "bun:test";
import { namedCentral } from "../../../../src/cli/address/named-central.ts";
import { UsageError } from "../../../../src/cli/flags/check-arguments.ts";
import { Values } from "../../../../src/cli/flags/values.ts";

interface Said {
  readonly central?: string;
  readonly "central-ip"?: string;
  readonly "central-port"?: string;
  readonly discover?: true;
  /** The value of REDES_CENTRAL. */
  readonly variable?: string;
}

function valuesOf({ variable, ...flags }: Said): Values {
  const words = new Map(Object.keys(flags).map((flag) => [flag, `--${flag}`]));
  const args = { _: [], ...flags };
  if (variable === undefined || flags.central !== undefined) return new Values(words, args, "redes client");
  return new Values(new Map([...words, ["central", "REDES_CENTRAL"]]), { ...args, central: variable }, "redes client");
}

function refuses(said: Said, message: string): void {
  expect(() => namedCentral(valuesOf(said))).toThrow(new UsageError(message));
}

test("where nothing is said, a central is where one is usually", () => {
  expect(namedCentral(valuesOf({}))).toEqual({ kind: "usual", address: { host: "127.0.0.1", port: 50_000 } });
});

describe.each(["central", "central-ip", "variable"] as const)("%s", (flag) => {
  test.each([
    ["example.com", "example.com", 50_000],
    ["Example.COM:1", "example.com", 1],
    ["my_host", "my_host", 50_000],
    ["10.0.0.1:65535", "10.0.0.1", 65_535],
    ["::1", "::1", 50_000],
    ["[::1]", "::1", 50_000],
    ["[::1]:23100", "::1", 23_100],
    ["fe80::1%eth0", "fe80::1%eth0", 50_000],
    ["[fe80::1%eth0]:7", "fe80::1%eth0", 7],
  ])("says that it is at %s", (value, host, port) => {
    expect(namedCentral(valuesOf({ [flag]: value }))).toEqual({ kind: "address", address: { host, port } });
  });

  const word = flag === "variable" ? "REDES_CENTRAL" : `--${flag}`;

  test.each(["a b", "a/b", "http://a", "é", "a".repeat(254), "::1:23100", "[a]:1", "50000", "1.2.3", "a:70000"])(
    "cannot say that it is at %s",
    (value) => {
      refuses(
        { [flag]: value },
        `${word} ${value}: it takes HOST or HOST:PORT, an IPv6 address with a port as [ADDRESS]:PORT`,
      );
    },
  );

  test("takes no port 0", () => {
    refuses({ [flag]: "a:0" }, `${word} a:0: it takes a port from 1 to 65535`);
  });
});

describe("a port", () => {
  test("stands behind the address, in its own flag, or in both when they agree", () => {
    for (const flag of ["central", "central-ip"] as const) {
      const at = (host: string, port: string) => namedCentral(valuesOf({ [flag]: host, "central-port": port }));
      expect(at("::1", "7")).toEqual({ kind: "address", address: { host: "::1", port: 7 } });
      expect(at("[::1]:7", "7")).toEqual({ kind: "address", address: { host: "::1", port: 7 } });
      refuses(
        { [flag]: "[::1]:7", "central-port": "8" },
        `--${flag} has the port 7 and --central-port 8: give the port once`,
      );
    }
  });

  test("alone is one of this machine", () => {
    expect(namedCentral(valuesOf({ "central-port": "7" }))).toEqual({
      kind: "address",
      address: { host: "127.0.0.1", port: 7 },
    });
    refuses({ "central-port": "0" }, "--central-port 0: it takes a whole number from 1 to 65535");
  });
});

describe("both names of the flag", () => {
  test.each([
    ["a:7", "a:7"],
    ["a:7", "A"],
    ["a", "a:7"],
  ])("may say the same: %s and %s", (central, old) => {
    expect(namedCentral(valuesOf({ central, "central-ip": old }))).toEqual({
      kind: "address",
      address: { host: "a", port: 7 },
    });
  });

  test.each([
    ["a", "b"],
    ["a:7", "a:8"],
    ["a:7", "b:7"],
  ])("may not differ: %s and %s", (central, old) => {
    const both = `--central ${central} and --central-ip ${old}`;
    refuses({ central, "central-ip": old }, `${both}: they name two addresses; give one of them`);
  });

  test("are each checked", () => {
    refuses(
      { central: "a", "central-ip": "b/c" },
      "--central-ip b/c: it takes HOST or HOST:PORT, an IPv6 address with a port as [ADDRESS]:PORT",
    );
  });
});

describe("a flag wins over the variable", () => {
  test.each([
    [{ central: "b" }, "b", 50_000],
    [{ "central-ip": "b" }, "b", 50_000],
    [{ "central-port": "8" }, "a", 8],
    [{ "central-ip": "b", "central-port": "8" }, "b", 8],
  ] as const)("%p", (flags, host, port) => {
    expect(namedCentral(valuesOf({ ...flags, variable: "a:7" }))).toEqual({ kind: "address", address: { host, port } });
  });

  test("whose value is then not looked at", () => {
    expect(namedCentral(valuesOf({ "central-ip": "b", variable: "b/c" })).kind).toBe("address");
  });
});

describe("--discover", () => {
  test("looks for it, whatever the variable says", () => {
    expect(namedCentral(valuesOf({ discover: true }))).toEqual({ kind: "discover" });
    expect(namedCentral(valuesOf({ discover: true, variable: "a:7" }))).toEqual({ kind: "discover" });
  });

  test.each(["central", "central-ip", "central-port"])("does not go with --%s", (flag) => {
    refuses(
      { discover: true, [flag]: "1" },
      `--discover looks for the central, and --${flag} says where it is: give one of them`,
    );
  });
});
