import * as v from "valibot";
import { describeIdentity } from "../../keys/identity.ts";
import { type PlainText, say, type Told } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import type { RouteAccess } from "../access/guard.ts";
import { jsonResponse, refusal } from "../server/responses.ts";
import type { HttpRequest, Method, Route } from "../server/router.ts";
import { apiError } from "./errors.ts";

type QuerySchema = v.StrictObjectSchema<v.ObjectEntries, undefined>;
export type AnswerSchema = v.GenericSchema;
export type OperationMethod = Extract<Method, "GET" | "POST" | "DELETE">;

/** Why something was not done: it is not there, or not in a state for that, or the asker may not, or nobody can tell now. */
export interface NotDone {
  readonly notDone: 400 | 401 | 403 | 404 | 409 | 412 | 413 | 429 | 500 | 503 | 507;
  readonly reason: Told;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The same questions to somebody who may not be able to answer them. */
export type OrNotDone<Backend> = {
  [Method in keyof Backend]: Backend[Method] extends (...args: infer Args) => Promise<infer Answer>
    ? (...args: Args) => Promise<Answer | NotDone>
    : never;
};

/** An answer with headers of its own. */
export class AnswerWithHeaders<T> {
  constructor(
    readonly answer: T,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

/** What comes with a question besides its query. */
export interface Asked<Body> {
  /** The rest of the path. */
  readonly name: string;
  readonly body: Body;
  /** Who asks, for the log. */
  readonly by: string;
  readonly request: Pick<HttpRequest, "rest" | "raw" | "remoteHost" | "by" | "rights" | "session">;
}

/** One thing that the interface for programs answers or does: the routes and the OpenAPI document are made from these. */
export interface Operation {
  readonly method: OperationMethod;
  /** With `{name}` at its end where the rest of the path is the name of a file, or a number. */
  readonly path: string;
  readonly summary: string;
  /** What its asker needs. */
  readonly access: RouteAccess;
  readonly query: QuerySchema;
  /** Null: none is read. */
  readonly body: AnswerSchema | null;
  readonly answer: AnswerSchema;
  /** What a 404 says; null: there is none. */
  readonly absent: PlainText | null;
  /** Whether it may be refused since something is not in a state for it. */
  readonly mayConflict: boolean;
  /** Null: there is no such thing. */
  answered(query: never, asked: Asked<never>): Promise<unknown>;
}

/** Checks the types of an operation against its schemas. One that changes something needs the right `admin`. */
export function operation<Q extends QuerySchema, A extends AnswerSchema, B extends AnswerSchema>(spec: {
  readonly method?: OperationMethod;
  readonly path: string;
  readonly summary: string;
  readonly access?: RouteAccess;
  readonly query: Q;
  readonly body?: B;
  readonly answer: A;
  readonly absent?: PlainText;
  readonly mayConflict?: boolean;
  answered(
    query: v.InferOutput<Q>,
    asked: Asked<v.InferOutput<B>>,
  ): Promise<v.InferInput<A> | AnswerWithHeaders<v.InferInput<A>> | NotDone | null>;
}): Operation {
  const { method = "GET", body = null, access = method === "GET" ? "read" : "admin" } = spec;
  return { absent: null, mayConflict: method !== "GET", ...spec, method, body, access };
}

/** The route of an operation. */
export function routeOf(one: Operation): Route {
  return {
    methods: one.method === "GET" ? ["GET", "HEAD"] : [one.method],
    path: one.path.replace("{name}", "*"),
    access: one.access,
    async handle(request) {
      const parsed = v.safeParse(one.query, valuesOf(request.query, one.query));
      if (!parsed.success) return apiError(400, problemOf(parsed.issues[0], "parameter"));
      const body = one.body ? await bodyOf(request, one.body) : null;
      if (body instanceof Response) return body;
      const asked = { name: request.rest, body, by: askerOf(request), request };
      let answer: unknown;
      try {
        answer = await one.answered(parsed.output as never, asked as never);
      } catch (error) {
        return apiError(500, toldOf(error));
      }
      if (isNotDone(answer)) return refusal("/api/", { ...answer, status: answer.notDone });
      if (answer instanceof AnswerWithHeaders) return withHeaders(jsonResponse(answer.answer), answer.headers);
      return answer === null ? apiError(404, say(one.absent ?? "there is nothing here")) : jsonResponse(answer);
    },
  };
}

/** The body of a request, as its schema says; or why it is of no use. */
export async function bodyOf<B extends AnswerSchema>(
  { raw, body }: Pick<HttpRequest, "raw" | "body">,
  schema: B,
): Promise<v.InferOutput<B> | Response> {
  // A form of a page of another site cannot send this type.
  if (!/^application\/json *(;|$)/i.test(raw.headers.get("content-type") ?? "")) {
    return apiError(415, say("the body must be JSON: Content-Type: application/json"));
  }
  const bytes = await body();
  if (!bytes) return apiError(400, say("the body is too long, or has not come as a whole"));
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return apiError(400, say("the body is no JSON"));
  }
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : apiError(400, problemOf(parsed.issues[0], "field"));
}

/** Who has made a request, for the log. */
export function askerOf({ by, remoteHost }: Pick<HttpRequest, "by" | "remoteHost">): string {
  return `${by ? describeIdentity(by.identity) : "somebody"} over HTTP from ${remoteHost}`;
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

function isNotDone(answer: unknown): answer is NotDone {
  return typeof answer === "object" && answer !== null && "notDone" in answer;
}

/** The texts of a query, and numbers where its schema has numbers. */
function valuesOf(query: URLSearchParams, { entries }: QuerySchema): Record<string, unknown> {
  return Object.fromEntries([...query].map(([name, text]) => [name, isNumber(entries[name]) ? Number(text) : text]));
}

function isNumber(entry: v.GenericSchema | undefined): boolean {
  if (!entry) return false;
  return "wrapped" in entry ? isNumber(entry.wrapped as v.GenericSchema) : entry.type === "number";
}

/** For who writes a program: no page asks for what there is not. */
function problemOf(issue: v.BaseIssue<unknown>, what: "parameter" | "field"): string {
  const path = v.getDotPath(issue);
  if (path === null || issue.type !== "strict_object") {
    return `${path ?? (what === "parameter" ? "the query" : "the body")}: ${issue.message}`;
  }
  return issue.expected === "never" ? `there is no ${what} ${path}` : `the ${what} ${path} is missing`;
}
