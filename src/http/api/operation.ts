import * as v from "valibot";
import { jsonResponse } from "../server/responses.ts";
import type { Route } from "../server/router.ts";
import { apiError } from "./errors.ts";

type QuerySchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;
export type AnswerSchema = v.GenericSchema;

/** One thing that the interface for programs answers: the routes and the OpenAPI document are made from these. */
export interface Operation {
  /** With `{name}` at its end where the rest of the path is the name of a file. */
  readonly path: string;
  readonly summary: string;
  readonly query: QuerySchema;
  readonly answer: AnswerSchema;
  /** What a 404 says; null: there is none. */
  readonly absent: string | null;
  /** Null: there is no such thing. `name`: the rest of the path. */
  answered(query: never, name: string): Promise<unknown>;
}

/** Checks the types of an operation against its schemas. */
export function operation<Q extends QuerySchema, A extends AnswerSchema>(spec: {
  readonly path: string;
  readonly summary: string;
  readonly query: Q;
  readonly answer: A;
  readonly absent?: string;
  answered(query: v.InferOutput<Q>, name: string): Promise<v.InferInput<A> | null>;
}): Operation {
  return { absent: null, ...spec };
}

/** The route of an operation. */
export function routeOf(one: Operation): Route {
  return {
    methods: ["GET", "HEAD"],
    path: one.path.replace("{name}", "*"),
    access: "read",
    async handle({ query, rest }) {
      const parsed = v.safeParse(one.query, valuesOf(query, one.query));
      if (!parsed.success) return apiError(400, problemOf(parsed.issues[0]));
      let answer: unknown;
      try {
        answer = await one.answered(parsed.output as never, rest);
      } catch (error) {
        return apiError(500, (error as Error).message);
      }
      return answer === null ? apiError(404, one.absent ?? "there is nothing here") : jsonResponse(answer);
    },
  };
}

/** The texts of a query, and numbers where its schema has numbers. */
function valuesOf(query: URLSearchParams, { entries }: QuerySchema): Record<string, unknown> {
  return Object.fromEntries([...query].map(([name, text]) => [name, isNumber(entries[name]) ? Number(text) : text]));
}

function isNumber(entry: v.GenericSchema | undefined): boolean {
  if (!entry) return false;
  return "wrapped" in entry ? isNumber(entry.wrapped as v.GenericSchema) : entry.type === "number";
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue) ?? "the query";
  return issue.type === "strict_object" ? `there is no parameter ${name}` : `${name}: ${issue.message}`;
}
