import { beforeEach, expect, test } from "bun:test";
import { KnownSecondaries } from "../../../../src/central/serving/known-secondaries.ts";

let stored: string[];
let errors: string[];
let fails: boolean;

beforeEach(() => {
  [stored, errors, fails] = [[], [], false];
});

const known = () =>
  new KnownSecondaries(
    {
      async rememberSecondary({ number, host, port }) {
        if (fails) throw new Error("the disk is full");
        stored.push(`${number} at ${host}:${port}`);
      },
      async forgetSecondary(number) {
        stored.push(`without ${number}`);
      },
    },
    { error: (event, text) => void errors.push(`${event}: ${text}`) },
    [{ number: 1, host: "h", port: 5 }],
  );

test("what is new is stored, and what is known is not stored again", () => {
  const secondaries = known();
  secondaries.registered({ number: 1, host: "h", port: 5 });
  secondaries.registered({ number: 2, host: "h", port: 5 });
  secondaries.registered({ number: 2, host: "h", port: 5 });
  secondaries.registered({ number: 1, host: "i", port: 5 });
  secondaries.forgotten(2);
  secondaries.forgotten(3);
  expect(stored).toEqual(["2 at h:5", "1 at i:5", "without 2"]);
});

test("what cannot be stored is said", async () => {
  fails = true;
  known().registered({ number: 2, host: "h", port: 5 });
  await Promise.resolve();
  await Promise.resolve();
  expect(errors).toEqual(["store-failed: cannot store: the disk is full"]);
});
