import { expect, test } from "bun:test";
import { centralSteps, emptyFolderStep } from "../../../../src/cli/server/next-steps.ts";

test("a central that waits says which command starts a secondary", () => {
  const missing = () => "3 secondaries";
  const command = (host: string, port: number, keyed: boolean) =>
    centralSteps({ missing }, { host, port }, keyed, "nas")
      .join("\n")
      .replace(/^.*: (.*), then -n 2 …$/, "$1");
  expect(centralSteps({ missing: () => null }, { host: "127.0.0.1", port: 50_000 }, false)).toEqual([]);
  expect(command("127.0.0.1", 50_000, false)).toBe("redes secondary -n 1");
  expect(command("127.0.0.1", 7000, true)).toBe("redes secondary -n 1 --central-port 7000 --key-file FILE");
  expect(command("0.0.0.0", 50_000, true)).toBe("redes secondary -n 1 --ip ITS-ADDRESS --central nas --key-file FILE");
  expect(command("10.0.0.2", 50_000, false)).toBe("redes secondary -n 1 --ip ITS-ADDRESS --central 10.0.0.2 --open");
});

test("an empty secondary says where files go", () => {
  expect(String(emptyFolderStep("./videos1"))).toBe("./videos1 is empty: put files there, and all get them");
});
