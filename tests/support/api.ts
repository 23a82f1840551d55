import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";

interface Document {
  readonly paths: Readonly<Record<string, { readonly get: { readonly responses: Record<string, Described> } }>>;
  readonly components: object;
}

interface Described {
  readonly content: { readonly "application/json": { readonly schema: object } };
}

/** A site's interface for programs, whose every answer must be as its OpenAPI document says. */
export class DescribedApi {
  /** Paths of the document that were asked. */
  readonly asked = new Set<string>();
  private readonly validators = new Map<string, ValidateFunction>();
  /** `components`: where the document has what its schemas refer to. */
  private readonly ajv = new Ajv2020({ strict: true, keywords: ["components"] });

  private constructor(
    private readonly site: string,
    readonly document: Document,
  ) {}

  static async open(site: string): Promise<DescribedApi> {
    const response = await fetch(`${site}/api/v1/openapi.json`);
    return new DescribedApi(site, (await response.json()) as Document);
  }

  get paths(): string[] {
    return Object.keys(this.document.paths);
  }

  /** Asks, and throws unless the answer is as the document says of `path`. `url`: where a path has a name in it, or with a query. */
  async ask<T = unknown>(path: string, url: string = path): Promise<{ status: number; body: T }> {
    const response = await fetch(`${this.site}${url}`);
    const body: unknown = await response.json();
    this.asked.add(path);
    this.check(path, response.status, body);
    return { status: response.status, body: body as T };
  }

  /** Throws unless the document describes this answer. */
  check(path: string, status: number, body: unknown): void {
    const responses = this.document.paths[path]?.get.responses;
    if (!responses) throw new Error(`${path} is not in the document`);
    const described = String(status) in responses ? String(status) : "default";
    const key = `${path} ${described}`;
    const validate = this.validators.get(key) ?? this.compile(responses[described]);
    this.validators.set(key, validate);
    if (!validate(body)) throw new Error(`${key} is not as described: ${this.ajv.errorsText(validate.errors)}`);
  }

  private compile(described: Described | undefined): ValidateFunction {
    if (!described) throw new Error("the document has no such answer");
    return this.ajv.compile({ ...described.content["application/json"].schema, components: this.document.components });
  }
}
