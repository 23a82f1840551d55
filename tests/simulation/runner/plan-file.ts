import { readFileSync, writeFileSync } from "node:fs";
import * as v from "valibot";
import type { Json, Plan } from "../scenario/action.ts";

const json: v.GenericSchema<unknown, Json> = v.lazy(() =>
  v.union([v.null(), v.boolean(), v.number(), v.string(), v.array(json), v.record(v.string(), json)]),
);
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const time = v.pipe(v.number(), v.minValue(0));
const schema: v.GenericSchema<unknown, Plan> = v.strictObject({
  seed: whole,
  shape: v.strictObject({
    secondaries: whole,
    clients: whole,
    expected: whole,
    maxDownloads: whole,
    keepDays: time,
    digests: v.exactOptional(v.array(whole)),
    limits: v.exactOptional(
      v.strictObject({
        secondaries: v.array(v.strictObject({ upload: whole, copies: whole, download: whole })),
        clients: v.array(whole),
      }),
    ),
    keys: v.exactOptional(
      v.strictObject({ holding: v.picklist(["cluster key", "credentials"]), aheadMs: v.array(v.number()) }),
    ),
  }),
  actions: v.array(v.strictObject({ at: time, kind: v.string(), params: json })),
  quietAt: time,
});

/** The plan in a file. Throws a message for people. */
export function readPlan(path: string): Plan {
  try {
    return v.parse(schema, JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new Error(`${path} has no plan: ${error instanceof Error ? error.message : error}`);
  }
}

export function writePlan(path: string, plan: Plan): void {
  writeFileSync(path, planText(plan));
}

/** A plan as JSON with a line for each action. */
export function planText({ seed, shape, actions, quietAt }: Plan): string {
  const lines = actions.map((action) => `\n    ${JSON.stringify(action)}`).join(",");
  const head = [`"seed": ${seed}`, `"shape": ${JSON.stringify(shape)}`, `"quietAt": ${quietAt}`].join(",\n  ");
  return `{\n  ${head},\n  "actions": [${lines}\n  ]\n}\n`;
}
