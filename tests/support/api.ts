import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";

interface Document {
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Record<string, Described> }>>>>;
  readonly components: object;
}

interface Described {
  readonly content: { readonly "application/json": { readonly schema: object } };
}

/** What is asked besides a path. */
export interface AskOptions {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly content?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the server, where it has HTTPS. */
  readonly authority?: string;
}

/** A site's interface for programs, whose every answer must be as its OpenAPI document says. */
export class DescribedApi {
  /** Methods and paths of the document that were asked. */
  readonly asked = new Set<string>();
  private readonly validators = new Map<string, ValidateFunction>();
  /** `components`: where the document has what its schemas refer to. */
  private readonly ajv = new Ajv2020({ strict: true, keywords: ["components"] });

  private constructor(
    private readonly site: string,
    readonly document: Document,
  ) {}

  static async open(site: string, init: BunFetchRequestInit = {}): Promise<DescribedApi> {
    const response = await fetch(`${site}/api/v1/openapi.json`, init);
    return new DescribedApi(site, (await response.json()) as Document);
  }

  /** Each with its method before it. */
  get paths(): string[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** Asks, and throws unless the answer is as the document says of `path`. `url`: where a path has a name in it, or with a query. */
  async ask<T = unknown>(
    path: string,
    url: string = path,
    { method = "GET", body: sent, content, headers = {}, authority }: AskOptions = {},
  ): Promise<{ status: number; body: T; headers: Headers }> {
    const response = await fetch(`${this.site}${url}`, {
      method,
      headers: { ...(sent !== undefined && { "content-type": "application/json" }), ...headers },
      ...(sent !== undefined && { body: JSON.stringify(sent) }),
      ...(content !== undefined && { body: content }),
      ...(authority !== undefined && { tls: { ca: authority } }),
    });
    const body: unknown = await response.json();
    this.asked.add(`${method} ${path}`);
    this.check(path, response.status, body, method);
    return { status: response.status, body: body as T, headers: response.headers };
  }

  /** Throws unless the document describes this answer. */
  check(path: string, status: number, body: unknown, method = "GET"): void {
    const responses = this.document.paths[path]?.[method.toLowerCase()]?.responses;
    if (!responses) throw new Error(`${path} is not in the document`);
    const described = String(status) in responses ? String(status) : "default";
    const key = `${method} ${path} ${described}`;
    const validate = this.validators.get(key) ?? this.compile(responses[described]);
    this.validators.set(key, validate);
    if (!validate(body)) throw new Error(`${key} is not as described: ${this.ajv.errorsText(validate.errors)}`);
  }

  private compile(described: Described | undefined): ValidateFunction {
    if (!described) throw new Error("the document has no such answer");
    return this.ajv.compile({ ...described.content["application/json"].schema, components: this.document.components });
  }
}
