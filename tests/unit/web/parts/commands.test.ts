import { expect, test } from "bun:test";
import { getCommand, startCommand } from "../../../../src/web/parts/copy/commands.ts";

test("the command names the central where it is on another machine", () => {
  expect(startCommand(1, "localhost")).toBe("redes secondary --number 1 --http 8081");
  expect(startCommand(2, "nas.example")).toBe("redes secondary --number 2 --http 8082 --central nas.example");
  expect(startCommand(1, "[fd00::1]")).toBe("redes secondary --number 1 --http 8081 --central fd00::1");
  expect(getCommand("127.0.0.1")).toBe("redes client get NAME");
  expect(getCommand("nas.example")).toBe("redes client get NAME --central nas.example");
});
