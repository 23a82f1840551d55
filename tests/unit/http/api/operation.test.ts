import { expect, test } from "bun:test";
import * as v from "valibot";
import { bodyOf } from "../../../../src/http/api/operation.ts";

const SCHEMA = v.strictObject({ downloads: v.nullable(v.number()) });

async function problemOf(text: string): Promise<string> {
  const raw = new Request("http://server1/", { headers: { "content-type": "application/json" } });
  const answer = await bodyOf({ raw, body: async () => new TextEncoder().encode(text) }, SCHEMA);
  if (!(answer instanceof Response)) throw new Error(`it was taken: ${text}`);
  return ((await answer.json()) as { error: { message: string } }).error.message;
}

test("it is told which field is missing, and which one there is not", async () => {
  expect(await problemOf("{}")).toBe("the field downloads is missing");
  expect(await problemOf('{"downloads":1,"x":1}')).toBe("there is no field x");
  expect(await problemOf("null")).toStartWith("the body: ");
  expect(await problemOf('{"downloads":"3"}')).toStartWith("downloads: ");
});
