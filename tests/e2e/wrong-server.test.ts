import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { encode } from "../../src/protocol/codec.ts";
import type { Message } from "../../src/protocol/messages/messages.ts";
import { Cluster } from "../support/cluster.ts";
import { put } from "../support/files.ts";
import { temporaryFolder } from "../support/folder.ts";
import { run } from "../support/run.ts";

setDefaultTimeout(120_000);

/** A door behind which is no redes; `port` 0 until it is open. */
interface Door {
  readonly port: number;
  stop(force: boolean): unknown;
}

let doors: Door[];

beforeEach(() => {
  doors = [];
});

afterEach(() => {
  for (const door of doors) door.stop(true);
});

function opened(door: Door): number {
  doors.push(door);
  return door.port;
}

const http = () => opened(Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("") }) as Door);

/** A server that sends `banner` on each connection. */
const greeting = (banner: string | Uint8Array) => () =>
  opened(
    Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { open: (socket) => void socket.write(banner), data() {} } }),
  );

/** A server that answers each line, and nothing else. */
const reading = (answer: string) => () =>
  opened(
    Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data(socket, bytes) {
          if (bytes.includes(10)) socket.write(answer);
        },
      },
    }),
  );

const COMMANDS = [["list"], ["status"], ["get", "a", "b", "--wait", "60"], []];

test.each([
  ["an HTTP server", http],
  ["an HTTP server", reading("<!DOCTYPE HTML>\n<html>")],
  ["an SSH server", greeting("SSH-2.0-OpenSSH_9.2\r\n")],
  ["a Redis server", reading("-ERR unknown command\r\n")],
])("%s in the central's place is named at once, in a line, with exit code 4", async (what, open) => {
  const port = open();
  for (const command of COMMANDS) {
    const args = ["client", ...command, "--central-port", String(port)];
    const { code, out, err } = await run(args, { cwd: temporaryFolder(), input: "list\n" });
    expect({ code, out }).toEqual({ code: 4, out: "" });
    expect(err).toEndWith(`${what} answers at 127.0.0.1:${port}, not a redes central\n`);
    expect(err.split("\n")).toHaveLength(2);
  }
});

test("a central of another version is named, with both versions and exit code 5", async () => {
  const older: Message = { type: "error", code: "version", message: "version 9 is not spoken here, only 1" };
  const port = greeting(Buffer.from(encode(older)))();
  for (const command of COMMANDS) {
    const args = ["client", ...command, "--central-port", String(port)];
    const { code, out, err } = await run(args, { cwd: temporaryFolder(), input: "list\n" });
    expect({ code, out }).toEqual({ code: 5, out: "" });
    expect(err).toEndWith(`another version of redes answers at 127.0.0.1:${port}: ${older.message}\n`);
    expect(err.split("\n")).toHaveLength(2);
  }
});

test("get --json says so for each file", async () => {
  const args = ["client", "get", "a", "b", "--json", "--central-port", String(http())];
  const { code, out } = await run(args, { cwd: temporaryFolder() });
  const results = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(results.map(({ event, name }) => [event, name]).sort()).toEqual([
    ["failed", "a"],
    ["failed", "b"],
  ]);
  for (const { error } of results) expect(error).toStartWith("an HTTP server answers at");
  expect(code).toBe(4);
});

test("roles that are mistaken for each other, and who knocks at a server's door", async () => {
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a", "x"));
  const { port = 0 } = await cluster.secondary(1).waitFor("listening");
  const atSecondary = ["client", "list", "--central-port", String(port)];
  expect(await run(atSecondary, { cwd: temporaryFolder() })).toEqual({
    code: 4,
    out: "",
    err: `redes: a redes secondary answers at 127.0.0.1:${port}, not a central\n`,
  });
  const lost = cluster.startSecondary(2, { args: ["--central-ip", `127.0.0.1:${cluster.centralPort}`] });
  await lost.waitFor("registered");
  for (const door of [cluster.centralPort, port]) {
    for (let times = 0; times < 3; times++) {
      const answer = await fetch(`http://127.0.0.1:${door}/`);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain("a redes ");
    }
  }
  for (const server of [cluster.central, cluster.secondary(1)]) {
    await server.waitFor("stranger");
    expect(server.events.filter(({ event }) => event === "stranger")).toHaveLength(1);
  }
});
