import { beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { UsageError } from "../../../../src/cli/flags/check-arguments.ts";
import { Values } from "../../../../src/cli/flags/values.ts";
import { blockingFile, kindOf } from "../../../../src/cli/paths.ts";
import { temporaryFolder } from "../../../support/folder.ts";

/** Values where one flag was given, written with the word `-x`. */
function given(name: string, value: string, ...others: string[]): Values {
  const words = new Map([[name, "-x"], ...others.map((other) => [other, `--${other}`] as const)]);
  const args = { _: [], [name]: value, ...Object.fromEntries(others.map((other) => [other, true])) };
  return new Values(words, args, "redes central");
}

const nothing = new Values(new Map(), { _: [] }, "redes central");

function refuses(read: () => unknown, message: string): void {
  expect(read).toThrow(new UsageError(message));
}

test("what was not given is what is usual", () => {
  expect(nothing.text("a", "b")).toBe("b");
  expect(nothing.whole("a", 0, 9, 7)).toBe(7);
  expect(nothing.seconds("a", 2)).toBe(2000);
  expect(nothing.listenAddress()).toEqual({ host: "127.0.0.1", port: null });
  expect(nothing.advertised("a")).toBeNull();
  expect(nothing.clientName("a", "me")).toBe("me");
  expect(nothing.logFormat()).toBe("text");
  expect(nothing.has("a")).toBe(false);
  expect(nothing.written("a")).toBe("--a");
  nothing.noPositionals();
});

describe("numbers", () => {
  test.each(["0", "65535", "007"])("%p is a port", (value) => {
    expect(given("port", value).whole("port", 0, 65_535, 1)).toBe(Number(value));
  });

  test.each(["65536", "-1", "+1", "1.5", "1e3", "0x10", " 1", "abc", "９", "9".repeat(400)])("%p is none", (value) => {
    refuses(
      () => given("port", value).whole("port", 0, 65_535, 1),
      `-x ${value}: it takes a whole number from 0 to 65535`,
    );
  });

  test("an empty value can be seen", () => {
    refuses(() => given("port", "").whole("port", 0, 65_535, 1), '-x "": it takes a whole number from 0 to 65535');
  });

  test("seconds may have a fraction", () => {
    expect(given("wait", "0.25").seconds("wait", 1)).toBe(250);
    expect(given("wait", "0").seconds("wait", 1)).toBe(0);
    for (const value of ["-1", "x", "1s", "1e9", ".5", "NaN", "Infinity", "1".repeat(10)]) {
      refuses(() => given("wait", value).seconds("wait", 1), `-x ${value}: it takes a number of seconds, 0 or more`);
    }
  });
});

test("days may have a fraction, and none is fine", () => {
  expect(nothing.days("keep", 7)).toBe(7);
  for (const value of ["0", "0.5", "30", "99999.25"]) expect(given("keep", value).days("keep", 7)).toBe(Number(value));
  for (const value of ["-1", "x", "7d", "1e2", ".5", "NaN", "100000", ""]) {
    const shown = value === "" ? '""' : value;
    refuses(() => given("keep", value).days("keep", 7), `-x ${shown}: it takes a number of days from 0 to 99999`);
  }
});

describe("addresses", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["127.9.9.9", "127.9.9.9"],
    ["127.1", "127.0.0.1"],
    ["::1", "::1"],
    ["[::1]", "::1"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["::1%lo", "::1"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["LOCALHOST", "localhost"],
  ])("%s is for this machine alone", (value, host) => {
    expect(given("ip", value).listenAddress()).toEqual({ host, port: null });
  });

  test.each([
    ["0.0.0.0", "0.0.0.0"],
    ["0", "0.0.0.0"],
    ["::ffff:0.0.0.0", "0.0.0.0"],
    ["::", "::"],
    ["[::]", "::"],
    ["*", "::"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["192.168.1.1", "192.168.1.1"],
    ["fe80::1%eth0", "fe80::1%eth0"],
    ["::ffff:1.2.3.4", "1.2.3.4"],
  ])("%s needs --open", (value, host) => {
    expect(() => given("ip", value).listenAddress()).toThrow(`-x ${value}: anyone who reaches that address`);
    expect(given("ip", value, "open").listenAddress()).toEqual({ host, port: null });
  });

  test.each(["example.com", "127.0.0.256", "1", "50000", "[127.0.0.1]", "::1:23100", "::1]", "[::1]:65536", ":1"])(
    "%s is no address to listen on",
    (value) => {
      refuses(() => given("ip", value, "open").listenAddress(), `-x ${value}: it takes an IP address of this machine`);
    },
  );

  test("a port stands behind the address, in its own flag, or in both when they agree", () => {
    const both = (host: string, port: string) => {
      const words = new Map([
        ["ip", "--ip"],
        ["port", "-p"],
      ]);
      const args = { _: [], ip: host, port };
      return new Values(words, args, "redes secondary");
    };
    expect(both("::1", "7").listenAddress()).toEqual({ host: "::1", port: 7 });
    expect(both("127.0.0.1:0", "0").listenAddress()).toEqual({ host: "127.0.0.1", port: 0 });
    refuses(() => both("[::1]:7", "8").listenAddress(), "--ip has the port 7 and -p 8: give the port once");
  });

  test.each([
    ["a.example", { host: "a.example", port: null }],
    ["a.example:1", { host: "a.example", port: 1 }],
    ["10.0.0.1:65535", { host: "10.0.0.1", port: 65_535 }],
    ["[::1]:80", { host: "::1", port: 80 }],
    ["[::1]", { host: "::1", port: null }],
    ["::1", { host: "::1", port: null }],
    ["fe80::1%eth0", { host: "fe80::1%eth0", port: null }],
    ["[fe80::1%eth0]:80", { host: "fe80::1%eth0", port: 80 }],
  ])("%s can be advertised", (value, found) => {
    expect(given("advertise", value).advertised("advertise")).toEqual(found);
  });

  test.each(["a:0", "a:65536", "a:", ":1", "a b:1", "::::", "[a]:1", "a:1:2"])("%s cannot", (value) => {
    const message = `-x ${value}: it takes HOST or HOST:PORT, with a port from 1 to 65535`;
    refuses(() => given("advertise", value).advertised("advertise"), message);
  });
});

test.each(["0.0.0.0", "[::]:80", "*", "0"])("%s cannot be advertised: it is no place", (value) => {
  const message = `-x ${value}: it takes a host that others can connect to`;
  refuses(() => given("advertise", value).advertised("advertise"), message);
});

describe("names and words", () => {
  test("a client's name has 1 to 100 characters", () => {
    for (const value of ["ana", "Ana María", "🎬", "a".repeat(100)])
      expect(given("name", value).clientName("name", "")).toBe(value);
    refuses(() => given("name", "").clientName("name", ""), '-x "": it takes a text that is not empty');
    for (const value of ["a\nb", "\x1b[1m", "a".repeat(101)]) {
      expect(() => given("name", value).clientName("name", "")).toThrow("it takes 1 to 100 characters");
    }
  });

  test("a log is text or json", () => {
    expect(given("log", "json").logFormat()).toBe("json");
    refuses(() => given("log", "JSON").logFormat(), "-x JSON: it takes text or json");
  });

  test("a log is quiet or verbose, or neither, but not both", () => {
    expect(nothing.verbosity()).toBe("normal");
    expect(given("ip", "::1", "quiet").verbosity()).toBe("quiet");
    expect(given("ip", "::1", "verbose").verbosity()).toBe("verbose");
    refuses(() => given("ip", "::1", "quiet", "verbose").verbosity(), "--quiet and --verbose: give one of them");
  });

  test("arguments where none are taken are refused", () => {
    const extra = new Values(new Map(), { _: ["a", "b"] }, "redes client list");
    refuses(() => extra.noPositionals(), "unexpected argument a: see redes client list --help");
  });
});

test("with a key a server may listen beyond loopback", () => {
  expect(() => given("ip", "10.0.0.1").listenAddress()).toThrow("give a --key-file, add --open to allow that");
  const values = new Values(
    new Map([
      ["ip", "--ip"],
      ["key-file", "--key-file"],
    ]),
    { _: [], ip: "10.0.0.1", "key-file": ["k", "next"] },
    "redes central",
  );
  expect(values.listenAddress()).toEqual({ host: "10.0.0.1", port: null });
  expect(values.keyFiles()).toEqual(["k", "next"]);
});

test("an empty name of a key file is refused", () => {
  const values = new Values(new Map([["key-file", "--key-file"]]), { _: [], "key-file": ["k", ""] }, "redes central");
  refuses(() => values.keyFiles(), '--key-file "": it takes a text that is not empty');
});
describe("folders", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder();
    file = path.join(folder, "file");
    fs.writeFileSync(file, "");
  });

  test("may be there or not yet", () => {
    expect(given("dir", folder).folder("dir", ".")).toBe(folder);
    expect(given("dir", `${folder}/a/b`).folder("dir", ".")).toBe(`${folder}/a/b`);
  });

  test("are no files, and cannot come into being beneath one", () => {
    refuses(() => given("dir", file).folder("dir", "."), `-x ${file}: that is a file; it takes a folder`);
    refuses(
      () => given("dir", `${file}/a/b`).folder("dir", "."),
      `-x ${file}/a/b: ${file} is a file; it takes a folder`,
    );
    refuses(() => nothing.folder("dir", file), `--dir ${file}: that is a file; it takes a folder`);
  });

  test("what is at a path", () => {
    fs.symlinkSync(folder, path.join(folder, "link"));
    fs.symlinkSync("nowhere", path.join(folder, "dangling"));
    expect([folder, file, "/dev/null", `${folder}/no`, `${file}/a`].map(kindOf)).toEqual([
      "folder",
      "file",
      "other",
      "nothing",
      "nothing",
    ]);
    expect(kindOf(path.join(folder, "link"))).toBe("folder");
    expect(kindOf(path.join(folder, "dangling"))).toBe("nothing");
    expect(blockingFile(folder)).toBeNull();
    expect(blockingFile("no/such/folder")).toBeNull();
    expect(blockingFile("/dev/null/a")).toBe("/dev/null");
  });
});
