import { say, type Told } from "../../sentences/sentence.ts";
import { refusal } from "../server/responses.ts";
import { type ByteRange, requestedRange } from "./byte-range.ts";
import { contentHeaders, playingHeaders, type ServedVersion, validatorHeaders, validatorsOf } from "./file-headers.ts";
import { FILES_PATH } from "./file-path.ts";
import { checkPreconditions, rangeApplies } from "./preconditions.ts";

/** A request for a file. */
export interface FileRequest {
  readonly method: "GET" | "HEAD";
  readonly headers: Pick<Headers, "get">;
  /** It is to be saved, also where a browser could show it. */
  readonly download: boolean;
  /** The page of another server may play it. */
  readonly playedElsewhere: boolean;
}

/** What a request for a version of a file is answered. */
export interface FileAnswer {
  readonly status: 200 | 206 | 304 | 412 | 416;
  readonly headers: Readonly<Record<string, string>>;
  /** The part of the file that is the body; null for none. */
  readonly body: ByteRange | null;
  /** What is the matter; null where nothing is. */
  readonly refusal: Told | null;
}

/** `now`: seconds since 1970. */
export function answerFor(request: FileRequest, version: ServedVersion, now: number): FileAnswer {
  const { method, headers, download } = request;
  const { size } = version;
  const validators = validatorsOf(version, now);
  const recognized = { ...validatorHeaders(validators), ...(request.playedElsewhere && playingHeaders(version.name)) };
  switch (checkPreconditions(headers, validators)) {
    case "not-modified":
      return { status: 304, headers: recognized, body: null, refusal: null };
    case "precondition-failed":
      return { status: 412, headers: recognized, body: null, refusal: say("the file has another version by now") };
    case "proceed":
  }
  const described = { ...recognized, ...contentHeaders(version, download) };
  const range = requestedRange(headers.get("range"), size);
  // A range means something for GET alone.
  const wanted = method === "GET" && rangeApplies(headers, validators, now) ? range : { kind: "whole" as const };
  switch (wanted.kind) {
    case "unsatisfiable": {
      const refusal = say("the file has {size} bytes: there is nothing in that range", { size });
      return { status: 416, headers: { ...recognized, "content-range": `bytes */${size}` }, body: null, refusal };
    }
    case "part": {
      const { start, end } = wanted;
      const place = {
        "content-range": `bytes ${start}-${end - 1}/${size}`,
        "content-length": String(end - start),
      };
      return { status: 206, headers: { ...described, ...place }, body: { start, end }, refusal: null };
    }
    case "whole": {
      const body = method === "GET" ? { start: 0, end: size } : null;
      return { status: 200, headers: { ...described, "content-length": String(size) }, body, refusal: null };
    }
  }
}

/** The response of an answer without a part of the file. */
export function bodylessResponse({ status, headers, refusal: reason }: FileAnswer): Response {
  return reason === null ? new Response(null, { status, headers }) : refusal(FILES_PATH, { status, reason, headers });
}
