import type { SessionAnswer } from "../../http/access/session-answers.ts";
import type {
  DetailedFileAnswer,
  DownloadsAnswer,
  FilesAnswer,
  FolderAnswer,
  KeptAnswer,
  PossibleUploadAnswer,
  PutAnswer,
  SecondariesAnswer,
  StatisticsAnswer,
  StatusAnswer,
  ThroughputAnswer,
} from "../../http/api/central-answers.ts";
import type { LimitsBody, RestoreBody } from "../../http/api/central-orders.ts";
import type {
  DownloadsQuery,
  FilesQuery,
  FolderQuery,
  KeptQuery,
  StatisticsQuery,
} from "../../http/api/central-queries.ts";
import type { EventsAnswer } from "../../http/events/past-events.ts";
import { type ApiFailure, type ApiResult, failureIn } from "./api-result.ts";
import { escapePath, leadsElsewhere } from "./escape-path.ts";
import { type Sending, sendFile } from "./send-file.ts";

/** Milliseconds after which nobody waits for an answer any more: the server does not wait longer for its own main thread. */
const ANSWER_TIMEOUT_MS = 12_000;

/** As of any other name that nothing has: the server is not asked, as the address would be that of something else. */
const NO_NAME: ApiFailure = { kind: "name", status: 404, message: "" };

type Query = Readonly<Record<string, string | number | undefined>>;

/** What the server answers, typed as it types it itself. Nothing here throws or rejects: what fails is a value. */
export class ApiClient {
  constructor(private readonly fetch: (path: string, init: RequestInit) => Promise<Response>) {}

  status(): Promise<ApiResult<StatusAnswer>> {
    return this.get("/api/v1/status");
  }

  secondaries(): Promise<ApiResult<SecondariesAnswer>> {
    return this.get("/api/v1/secondaries");
  }

  downloads(query: Partial<DownloadsQuery>): Promise<ApiResult<DownloadsAnswer>> {
    return this.get("/api/v1/downloads", query);
  }

  files(query: Partial<FilesQuery>, signal?: AbortSignal): Promise<ApiResult<FilesAnswer>> {
    return this.get("/api/v1/files", query, signal);
  }

  /** `folder`: "" for the shared folder itself. */
  folder(folder: string, query: Partial<FolderQuery>, signal?: AbortSignal): Promise<ApiResult<FolderAnswer>> {
    return this.get(named("/api/v1/folders/", folder), query, signal);
  }

  file(name: string, signal?: AbortSignal): Promise<ApiResult<DetailedFileAnswer>> {
    return this.get(named("/api/v1/files/", name), {}, signal);
  }

  statistics(query: Partial<StatisticsQuery>, signal?: AbortSignal): Promise<ApiResult<StatisticsAnswer>> {
    return this.get("/api/v1/statistics", query, signal);
  }

  kept(query: Partial<KeptQuery>, signal?: AbortSignal): Promise<ApiResult<KeptAnswer>> {
    return this.get("/api/v1/kept", query, signal);
  }

  throughput(signal?: AbortSignal): Promise<ApiResult<ThroughputAnswer>> {
    return this.get("/api/v1/throughput", {}, signal);
  }

  /** The latest events that the server remembers, but for those of figures alone. */
  events(limit: number): Promise<ApiResult<EventsAnswer>> {
    return this.get("/api/v1/events", { only: "news", limit });
  }

  /** Who has logged in, and what he may do. */
  session(): Promise<ApiResult<SessionAnswer>> {
    return this.get("/api/v1/session");
  }

  logIn(token: string): Promise<ApiResult<SessionAnswer>> {
    return this.send("POST", "/api/v1/session", { token });
  }

  logOut(): Promise<ApiResult<SessionAnswer>> {
    return this.send("DELETE", "/api/v1/session");
  }

  /** From every secondary. */
  remove(name: string): Promise<ApiResult<unknown>> {
    return this.send("DELETE", named("/api/v1/files/", name));
  }

  restore(version: RestoreBody): Promise<ApiResult<unknown>> {
    return this.send("POST", "/api/v1/kept/restore", version);
  }

  forget(number: number): Promise<ApiResult<unknown>> {
    return this.send("DELETE", `/api/v1/secondaries/${number}`);
  }

  limit(limits: LimitsBody): Promise<ApiResult<LimitsBody>> {
    return this.send("POST", "/api/v1/limits", limits);
  }

  /** Whether a file of so many bytes would be taken, and what it would replace. */
  possibleUpload(name: string, size: number): Promise<ApiResult<PossibleUploadAnswer>> {
    return this.get(named("/api/v1/uploads/", name), { size });
  }

  /** `replaces`: the id of the version; null: there must be none. `onSent`: called with the bytes that are sent so far. */
  put(name: string, file: File, replaces: string | null, onSent: (bytes: number) => void): Sending<PutAnswer> {
    const path = named("/api/v1/files/", name);
    if (path === null) return { ended: Promise.resolve({ ok: false, failure: NO_NAME }), abort() {} };
    const condition: Record<string, string> =
      replaces === null ? { "if-none-match": "*" } : { "if-match": `"${replaces}"` };
    return sendFile(path, file, { ...condition, "x-oc-mtime": String(file.lastModified / 1000) }, onSent);
  }

  private get<T>(path: string | null, query: Query = {}, signal?: AbortSignal): Promise<ApiResult<T>> {
    return this.ask(path === null ? null : `${path}${queryText(query)}`, { signal: signal ?? null });
  }

  private send<T>(method: "POST" | "DELETE", path: string | null, body?: unknown): Promise<ApiResult<T>> {
    if (body === undefined) return this.ask(path, { method });
    return this.ask(path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  }

  private async ask<T>(path: string | null, { signal, headers, ...rest }: RequestInit): Promise<ApiResult<T>> {
    if (path === null) return { ok: false, failure: NO_NAME };
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const init = {
      ...rest,
      headers: { accept: "application/json", ...headers },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    };
    try {
      const response = await this.fetch(path, init);
      if (response.ok) return { ok: true, value: (await response.json()) as T };
      return { ok: false, failure: await refusalOf(response) };
    } catch (error) {
      const kind = signal?.aborted ? "aborted" : "unreachable";
      return { ok: false, failure: { kind, status: null, message: (error as Error).message } };
    }
  }
}

/** The path of something in the catalogue; null: nothing can be called so. */
function named(before: string, name: string): string | null {
  return leadsElsewhere(name) ? null : `${before}${escapePath(name)}`;
}

/** With its question mark; "" for none. */
export function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

async function refusalOf(response: Response): Promise<ApiFailure> {
  const { status, headers } = response;
  const language = headers.get("content-language");
  return failureIn({ status, language, body: await response.json().catch(() => null) });
}
