import type { Action, ClusterShape, Json, Plan } from "../scenario/action.ts";
import { ddmin, firstThat } from "./ddmin.ts";

/** Milliseconds that a shrunk plan leaves between its last action and quiet. */
const QUIET_AFTER_MS = 1000;
/** Names of parameters that are sizes in bytes. */
const SIZES = new Set(["size", "bytes", "length"]);

/**
 * Makes a plan smaller as long as it still fails: fewer actions, then a smaller cluster, an earlier quiet, smaller files,
 * until nothing of that helps. `fails`: whether a plan breaks the same invariant as the plan that is given.
 */
export async function shrink(plan: Plan, parallel: number, fails: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  let current = plan;
  for (let before: Plan | null = null; before !== current; ) {
    before = current;
    const actions = await ddmin(current.actions, parallel, (part) => fails({ ...current, actions: part }));
    if (actions.length < current.actions.length) current = { ...current, actions };
    for (let smaller = await firstThat(simpler(current), parallel, fails); smaller; ) {
      current = smaller;
      smaller = await firstThat(simpler(current), parallel, fails);
    }
  }
  return current;
}

/** Plans with the same actions that are easier to understand, the best ones first. */
function simpler(plan: Plan): Plan[] {
  const { shape, actions, quietAt } = plan;
  const last = actions.at(-1)?.at ?? 0;
  const earlier = last + QUIET_AFTER_MS;
  return [
    ...smallerShapes(shape).map((smaller) => ({ ...plan, shape: smaller })),
    ...(earlier < quietAt ? [{ ...plan, quietAt: earlier }] : []),
    ...actions.flatMap((action, index) =>
      smallerAction(action).map((smaller) => ({ ...plan, actions: actions.with(index, smaller) })),
    ),
  ];
}

function smallerShapes(shape: ClusterShape): ClusterShape[] {
  const { secondaries, clients, expected, maxDownloads } = shape;
  return [
    ...(secondaries > 1
      ? [{ ...shape, secondaries: secondaries - 1, expected: Math.min(expected, secondaries - 1) }]
      : []),
    ...(clients > 1 ? [{ ...shape, clients: clients - 1 }] : []),
    ...(maxDownloads > 0 ? [{ ...shape, maxDownloads: 0 }] : []),
  ];
}

/** The same action with half of each size. */
function smallerAction(action: Action): Action[] {
  const params = halved(action.params);
  return JSON.stringify(params) === JSON.stringify(action.params) ? [] : [{ ...action, params }];
}

function halved(params: Json): Json {
  if (typeof params !== "object" || params === null || Array.isArray(params)) return params;
  const entries = Object.entries(params).map(([name, value]) =>
    SIZES.has(name) && typeof value === "number" ? [name, Math.floor(value / 2)] : [name, value],
  );
  return Object.fromEntries(entries);
}
