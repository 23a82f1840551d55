import { expect, test } from "bun:test";
import { RefusalResponse, refusal, secured } from "../../../../src/http/server/responses.ts";
import { say } from "../../../../src/sentences/sentence.ts";

test("every response says that no other site may use it, unless it says something else itself", () => {
  const policyOf = (headers: Record<string, string>) => {
    return secured(new Response(null, { headers })).headers.get("cross-origin-resource-policy");
  };
  expect(policyOf({})).toBe("same-origin");
  expect(policyOf({ "cross-origin-resource-policy": "cross-origin" })).toBe("cross-origin");
});

test("every response is what it is said to be, and tells others nothing of where it came from", () => {
  const { headers } = secured(new Response("x"));
  expect([headers.get("x-content-type-options"), headers.get("referrer-policy")]).toEqual(["nosniff", "no-referrer"]);
});

const REFUSAL = { status: 409, reason: say("there is a folder {name}, so no file can be called so", { name: "ñ" }) };
const ENGLISH = "there is a folder ñ, so no file can be called so";
const SPANISH = "hay una carpeta ñ, así que ningún archivo puede llamarse así";

test("a refusal is English, and Spanish for who reads that: JSON for programs, a line elsewhere", async () => {
  const json = (message: string) => ({ error: { code: "conflict", message } });
  const program = refusal("/api/v1/files/f", REFUSAL);
  expect(await program.clone().json()).toEqual(json(ENGLISH));
  expect(await program.in("es").json()).toEqual(json(SPANISH));
  const line = refusal("/files/f", REFUSAL);
  expect(await line.clone().text()).toBe(`${ENGLISH}\n`);
  expect(await line.in("es").text()).toBe(`${SPANISH}\n`);
  expect(line.in("en")).toBe(line);
});

test("a refusal says its language, and that others get another one; what it says besides stays", () => {
  const headers = { vary: "Accept", "retry-after": "5" };
  const response = refusal("/api/", { ...REFUSAL, headers });
  for (const [each, language] of [
    [response, "en"],
    [response.in("es"), "es"],
  ] as const) {
    expect(each.status).toBe(409);
    expect(Object.fromEntries(each.headers)).toEqual({
      "cache-control": "no-store",
      "content-language": language,
      "content-type": "application/json;charset=utf-8",
      "retry-after": "5",
      vary: "Accept, Accept-Language",
    });
  }
  expect(refusal("/files/", REFUSAL).headers.get("content-type")).toBe("text/plain; charset=utf-8");
});

test("what no table has is said as it is, and is English", async () => {
  const response = refusal("/files/", { status: 500, reason: "EIO: i/o error" }).in("es");
  expect(response).toBeInstanceOf(RefusalResponse);
  expect([response.headers.get("content-language"), await response.text()]).toEqual(["en", "EIO: i/o error\n"]);
});

test("a sentence that has come from another thread is told like one of here", async () => {
  const response = refusal("/files/", structuredClone({ ...REFUSAL, reason: { ...REFUSAL.reason } }));
  expect(await response.clone().text()).toBe(`${ENGLISH}\n`);
  expect(await response.in("es").text()).toBe(`${SPANISH}\n`);
});
