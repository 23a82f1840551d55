import type { ConversionConfig } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { ERROR_ANSWER } from "./errors.ts";
import type { AnswerSchema, Operation } from "./operation.ts";

/** It rises when what is published is not so any more. */
const API_VERSION = "1";
const CONFIG: ConversionConfig = { target: "draft-2020-12", errorMode: "ignore", typeMode: "input" };

export interface ApiSite {
  readonly title: string;
  readonly description: string;
}

/** A path that is no operation, since its body is no JSON. */
export interface DescribedPath {
  readonly method: "put";
  readonly path: string;
  readonly summary: string;
  /** What each header of a request means. */
  readonly headers: Readonly<Record<string, string>>;
  /** The media types of its body. */
  readonly body: Readonly<Record<string, object>>;
  /** What each status means, and what is answered with it. */
  readonly responses: Readonly<Record<string, readonly [meaning: string, answer: AnswerSchema]>>;
  readonly refusals: Readonly<Record<string, string>>;
}

/** The OpenAPI 3.1 document of what a site answers. */
export async function openApi(
  site: ApiSite,
  operations: readonly Operation[],
  others: readonly DescribedPath[] = [],
): Promise<object> {
  const { toJsonSchema } = await import("@valibot/to-json-schema");
  const schemaOf = (schema: AnswerSchema) => {
    const { $schema: _, ...rest } = toJsonSchema(schema, CONFIG);
    return rest;
  };
  const errors = (status: string, description: string) => ({
    [status]: { description, content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
  });
  const parametersOf = ({ query, path }: Operation) => [
    ...(path.endsWith("{name}") ? [NAME_PARAMETER] : []),
    ...Object.entries(query.entries).map(([name, schema]) => {
      const { description, ...rest } = schemaOf(schema as v.GenericSchema);
      return { name, in: "query", required: false, ...(description !== undefined && { description }), schema: rest };
    }),
  ];
  const jsonOf = (schema: AnswerSchema) => ({ "application/json": { schema: schemaOf(schema) } });
  const described = (one: Operation) => ({
    summary: one.summary,
    parameters: parametersOf(one),
    ...(one.body && { requestBody: { required: true, content: jsonOf(one.body) } }),
    responses: {
      "200": { description: "OK", content: jsonOf(one.answer) },
      ...errors("400", one.body ? "the query or the body is wrong" : "the query is wrong"),
      ...(one.absent !== null && errors("404", one.absent)),
      ...(one.mayConflict && errors("409", "it cannot be done now, and why")),
      ...errors("default", REFUSED),
    },
  });
  const paths: Record<string, object> = {};
  for (const one of operations) {
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: described(one) };
  }
  for (const one of others) paths[one.path] = { ...paths[one.path], [one.method]: describedPath(one, jsonOf, errors) };
  return {
    openapi: "3.1.0",
    info: { title: site.title, description: site.description, version: API_VERSION, license: { name: "MIT" } },
    security: [{}, { token: [] }],
    paths,
    components: {
      schemas: { Error: schemaOf(ERROR_ANSWER) },
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "made by redes key token" } },
    },
  };
}

function describedPath(
  { summary, path, headers, body, responses, refusals }: DescribedPath,
  jsonOf: (schema: AnswerSchema) => object,
  errors: (status: string, description: string) => object,
): object {
  const answered = Object.entries(responses).map(([status, [description, answer]]) => {
    return { [status]: { description, content: jsonOf(answer) } };
  });
  const refused = Object.entries({ ...refusals, default: REFUSED }).map(([status, meaning]) => errors(status, meaning));
  const parameters = Object.entries(headers).map(([name, description]) => {
    return { name, in: "header", required: false, description, schema: { type: "string" } };
  });
  return {
    summary,
    parameters: [...(path.endsWith("{name}") ? [NAME_PARAMETER] : []), ...parameters],
    requestBody: { required: true, content: body },
    responses: Object.assign({}, ...answered, ...refused),
  };
}

const REFUSED = "the token is missing or does not suffice, or the server cannot answer";
/** A name's slashes may stand in the path as they are. */
const NAME_PARAMETER = { name: "name", in: "path", required: true, schema: { type: "string" } };
